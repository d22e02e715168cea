import "./upload.css";
import { useEffect, useId, useState } from "react";
import { Icon } from "../shell/Icon";

const accepted = ".epub,.pdf,.mobi,.azw,.azw3,.prc,.pdb,application/epub+zip,application/pdf";

/** A place to drop files on, and the ordinary file picker for everybody else. */
export function DropZone({ onFiles, multiple }: { onFiles: (files: File[]) => void; multiple?: boolean }) {
  const [over, setOver] = useState(false);
  const id = useId();
  useStrayDrops();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the file picker inside is for everybody
    <div
      className={over ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const files = [...event.dataTransfer.files];
        onFiles(multiple ? files : files.slice(0, 1));
      }}
    >
      <Icon name="upload" />
      <p>
        <strong>{multiple ? "Drop books here" : "Drop the new file here"}</strong> or
      </p>
      <input
        id={id}
        className="visually-hidden"
        type="file"
        accept={accepted}
        multiple={multiple}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file may be chosen again after a mistake.
          event.target.value = "";
        }}
      />
      <label htmlFor={id} className="button primary">
        {multiple ? "Choose files…" : "Choose a file…"}
      </label>
      <p className="small soft">EPUB, MOBI, AZW3 and PDF.</p>
    </div>
  );
}

/** A file dropped beside the zone would otherwise replace the whole page. */
function useStrayDrops(): void {
  useEffect(() => {
    const ignore = (event: DragEvent) => event.preventDefault();
    addEventListener("dragover", ignore);
    addEventListener("drop", ignore);
    return () => {
      removeEventListener("dragover", ignore);
      removeEventListener("drop", ignore);
    };
  }, []);
}
