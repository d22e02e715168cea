import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef } from "react";
import { Route, Switch, useLocation } from "wouter";
import { Problem } from "./api/problem";
import { CataloguePage } from "./catalogue/CataloguePage";
import { Announcer } from "./shell/announce";
import { Net } from "./shell/Failure";
import { Layout } from "./shell/Layout";
import { arrival, Waiting } from "./shell/Page";

const BookPage = lazy(() => import("./book/BookPage"));
const ReaderPage = lazy(() => import("./reader/ReaderPage"));
const SignInPage = lazy(() => import("./people/SignInPage"));
const RegisterPage = lazy(() => import("./people/RegisterPage"));
const UploadPage = lazy(() => import("./upload/UploadPage"));
const JobsPage = lazy(() => import("./jobs/JobsPage"));
const LostPage = lazy(() => import("./shell/LostPage"));

const queries = new QueryClient({
  defaultOptions: {
    // "always": an offline browser shall fail and say so, not wait silently.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 15_000,
      retry: (tries, error) =>
        tries < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Net>
        <Moves />
        <Switch>
          {/* The reader takes the whole window: no header around it. */}
          <Route path="/books/:id/read">
            {({ id }) => (
              <Suspense fallback={<Waiting text="Opening the book…" />}>
                <ReaderPage key={id} bookId={id} />
              </Suspense>
            )}
          </Route>
          <Route>
            <Layout>
              <Suspense fallback={<Waiting />}>
                <Switch>
                  <Route path="/" component={CataloguePage} />
                  <Route path="/books/:id">{({ id }) => <BookPage key={id} bookId={id} />}</Route>
                  <Route path="/sign-in" component={SignInPage} />
                  <Route path="/register" component={RegisterPage} />
                  <Route path="/upload" component={UploadPage} />
                  <Route path="/jobs" component={JobsPage} />
                  <Route component={LostPage} />
                </Switch>
              </Suspense>
            </Layout>
          </Route>
        </Switch>
      </Net>
      <Announcer />
    </QueryClientProvider>
  );
}

/** After a move to another path: begin at its top (unless the browser went back) and focus its heading. */
function Moves() {
  const [path] = useLocation();
  const last = useRef(path);
  const went = useRef(false);
  useEffect(() => {
    const back = () => {
      went.current = true;
    };
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  if (last.current !== path) {
    last.current = path;
    // Set while rendering: the new page's effects, which run before ours, read it.
    arrival.moved = true;
    if (!went.current) scrollTo(0, 0);
    went.current = false;
  }
  return null;
}
