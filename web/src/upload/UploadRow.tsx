import { Link } from "wouter";
import { useRenderProgress } from "../api/queries";
import { fileSize, percent } from "../shell/format";
import { Icon } from "../shell/Icon";
import { Bar } from "../shell/Page";
import { removeUpload, retryUpload, type Upload } from "./queue";
import type { Step } from "./send";

export function UploadRow({ upload }: { upload: Upload }) {
  const { id, file, step } = upload;
  const book = "book" in step ? step.book : undefined;
  return (
    <li className="panel upload">
      <div className="upload-name">
        <strong>{book?.title ?? file.name}</strong>
        <span className="small soft">
          {book && `${file.name} · `}
          {fileSize(file.size)}
        </span>
      </div>
      <State name={file.name} step={step} />
      <div className="actions">
        {book && step.name !== "failed" && (
          <Link
            className="button small"
            href={step.name === "ready" ? `/books/${book.id}/read` : `/books/${book.id}`}
          >
            {step.name === "ready" ? "Read" : "See the book"}
          </Link>
        )}
        {book && step.name === "failed" && (
          <Link className="button small" href={`/books/${book.id}`}>
            See the book
          </Link>
        )}
        {step.name === "failed" && !book && !step.final && (
          <button type="button" className="button small" onClick={() => retryUpload(id)}>
            <Icon name="retry" /> Try again
          </button>
        )}
        <button
          type="button"
          className="button plain icon-only"
          onClick={() => removeUpload(id)}
          aria-label={`${step.name === "ready" || step.name === "failed" ? "Take off the list" : "Stop"}: ${file.name}`}
        >
          <Icon name="close" />
        </button>
      </div>
    </li>
  );
}

function State({ name, step }: { name: string; step: Step }) {
  const rendered = useRenderProgress(step.name === "preparing" ? step.book.id : "");
  switch (step.name) {
    case "waiting":
      return <span className="chip">Waiting</span>;
    case "ready":
      return (
        <span className="chip good">
          <Icon name="check" /> Ready to read
        </span>
      );
    case "failed":
      return (
        <p className="upload-reason">
          <Icon name="warn" /> {step.reason}
        </p>
      );
    case "reading":
      return <Moving label={`Checking ${name}`} text="Checking the file" value={step.part} />;
    case "sending":
      return <Moving label={`Sending ${name}`} text="Sending" value={step.part} />;
    case "filing":
      return <Moving label={`Filing ${name}`} text="Putting it on the shelf" value={undefined} />;
    case "preparing":
      return <Moving label={`Preparing ${name}`} text="Preparing for reading" value={rendered} />;
  }
}

function Moving({ label, text, value }: { label: string; text: string; value: number | undefined }) {
  return (
    <div className="upload-state">
      <span className="small">
        {text}
        {value !== undefined && ` · ${percent(value)}`}
      </span>
      <Bar label={label} value={value} />
    </div>
  );
}
