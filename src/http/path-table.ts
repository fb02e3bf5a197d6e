import type Koa from "koa";

/** What is served, by exact path. */
export interface PathTable {
  /** A path that is there already, or that is none, is an error that names it. */
  readonly add: (path: string, middleware: Koa.Middleware) => void;
  /** In the order in which they were added. */
  readonly paths: () => readonly string[];
  /** Serves what has been added up to then; any other path is left to what comes after. */
  readonly middleware: Koa.Middleware;
}

const PATH = /^(?:(?:\/[\w-]+)+|\/)$/;

/** Makes an empty table. */
export function createPathTable(): PathTable {
  const table = new Map<string, Koa.Middleware>();
  return {
    add: (path, middleware) => {
      const quoted = JSON.stringify(path.slice(0, 200));
      if (!PATH.test(path))
        throw new Error(`${quoted} is no path for a webhook: write "/" and words of letters, digits, - and _ after it`);
      if (table.has(path)) throw new Error(`the path ${quoted} is registered already: choose another`);
      table.set(path, middleware);
    },
    paths: () => [...table.keys()],
    middleware: async (context, next) => {
      await (table.get(context.path)?.(context, next) ?? next());
    },
  };
}
