import type { Bytes } from "./bytes.ts";
import type { TemplateFunction } from "./functions.ts";
import type { Value } from "./value.ts";

/** A part of a template. `at` is its offset in the file's text. */
export type Node =
  | { readonly kind: "text"; readonly at: number; readonly text: Bytes }
  | { readonly kind: "print"; readonly at: number; readonly pipe: Pipe }
  | ({ readonly kind: "if" | "with"; readonly at: number } & Branches)
  | {
      readonly kind: "range";
      readonly at: number;
      readonly pipe: Pipe;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: "template"; readonly at: number; readonly name: Bytes; readonly pipe: Pipe | null }
  | { readonly kind: "break" | "continue"; readonly at: number };

/** A chain of `if … else if … else`, or of `with`. */
export interface Branches {
  readonly branches: readonly { readonly pipe: Pipe; readonly body: readonly Node[] }[];
  readonly otherwise: readonly Node[];
}

/** Commands, each of which is given the value of the one before as its last argument. */
export interface Pipe {
  readonly at: number;
  /** The variables that the value is given to; two only for `range`. */
  readonly variables: readonly string[];
  /** True for `=`, false for `:=`. */
  readonly isAssignment: boolean;
  readonly commands: readonly [Command, ...Command[]];
}

/** An operand, and what it is given when it is a function. */
export interface Command {
  readonly first: Operand;
  readonly rest: readonly Operand[];
}

/** A part of a command. */
export type Operand =
  | { readonly kind: "constant"; readonly at: number; readonly value: Value }
  | { readonly kind: "nil" | "dot"; readonly at: number }
  | { readonly kind: "function"; readonly at: number; readonly name: string; readonly called: TemplateFunction }
  | { readonly kind: "variable"; readonly at: number; readonly name: string }
  | { readonly kind: "pipe"; readonly at: number; readonly pipe: Pipe }
  /** A field of what stands before it, which is dot when nothing does. */
  | { readonly kind: "field"; readonly at: number; readonly of: Operand };
