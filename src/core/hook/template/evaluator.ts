import type { Bytes } from "./bytes.ts";
import { evaluatePipe } from "./evaluate-pipe.ts";
import { MAIN, type Templates } from "./parse-template.ts";
import { printValue } from "./print.ts";
import { asking, nested, openFrame, scoped, variableOf, work, type Frame, type Run } from "./run.ts";
import { TemplateProblem } from "./template-problem.ts";
import type { Branches, Node } from "./tree.ts";
import { isTrue, NIL, type Value } from "./value.ts";

/** The largest text that a template may make. */
const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

/** Carries a template out; gives the text that it makes. Throws a TemplateProblem. */
export function evaluate(templates: Templates["templates"], run: Run): Bytes {
  const output: Output = { run, templates, text: "" };
  walkTemplate({ kind: "template", at: 0, name: MAIN, pipe: null }, openFrame(NIL), output);
  return output.text;
}

interface Output {
  readonly run: Run;
  readonly templates: Templates["templates"];
  text: Bytes;
}

/** What goes on after a part: the next one, or what a range was told. */
type Onward = "next" | "break" | "continue";

function walk(nodes: readonly Node[], frame: Frame, output: Output): Onward {
  for (const node of nodes) {
    work(output.run, node.at, 1);
    const onward = walkNode(node, frame, output);
    if (onward !== "next") return onward;
  }
  return "next";
}

function walkNode(node: Node, frame: Frame, output: Output): Onward {
  switch (node.kind) {
    case "text":
      return write(node.text, node.at, output);
    case "print": {
      const value = evaluatePipe(node.pipe, frame, output.run);
      return node.pipe.variables.length > 0 ? "next" : write(printValue(value), node.at, output);
    }
    case "if":
    case "with":
      return walkBranches(node, frame, output);
    case "range":
      return walkRange(node, frame, output);
    case "template":
      return walkTemplate(node, frame, output);
    case "break":
    case "continue":
      return node.kind;
  }
}

function write(text: Bytes, at: number, output: Output): Onward {
  output.text += text;
  if (output.text.length > MAX_OUTPUT_BYTES)
    throw new TemplateProblem(at, `the text becomes larger than ${String(MAX_OUTPUT_BYTES)} bytes here`);
  return "next";
}

function walkBranches(node: Branches & { kind: "if" | "with"; at: number }, frame: Frame, output: Output): Onward {
  return scoped(frame, () => {
    for (const { pipe, body } of node.branches) {
      const value = asking(output.run, () => evaluatePipe(pipe, frame, output.run));
      if (!isTrue(value)) continue;
      const inside = node.kind === "with" ? { ...frame, dot: value } : frame;
      return nested(output.run, node.at, () => walk(body, inside, output));
    }
    return nested(output.run, node.at, () => walk(node.otherwise, frame, output));
  });
}

function walkRange(node: Range, frame: Frame, output: Output): Onward {
  return scoped(frame, () => {
    const value = evaluatePipe(node.pipe, frame, output.run);
    const count = countOf(value, node);
    if (count <= 0n) {
      const onward = nested(output.run, node.at, () => walk(node.otherwise, frame, output));
      // As Go has it, a break in here ends this range alone.
      return onward === "break" ? "next" : onward;
    }
    for (let step = 0n; step < count; step++) {
      work(output.run, node.at, 1);
      if (walkStep(node, { ...value, value: step } as Value, frame, output) === "break") break;
    }
    return "next";
  });
}

type Range = Node & { readonly kind: "range" };

// How often a range runs: whole numbers alone can be counted through.
function countOf(value: Value, { pipe }: Range): bigint {
  if (value.kind === "nil") return 0n;
  if (value.kind !== "int" && value.kind !== "uint8")
    throw new TemplateProblem(pipe.at, `range takes a whole number, not type ${value.kind}`);
  if (pipe.variables.length > 1) throw new TemplateProblem(pipe.at, "range over a number has one variable, not two");
  return value.value;
}

function walkStep({ pipe, body, at }: Range, dot: Value, frame: Frame, output: Output): Onward {
  const [name] = pipe.variables;
  if (name !== undefined) variableOf(frame, { name, at: pipe.at }, output.run).value = dot;
  return scoped(frame, () => nested(output.run, at, () => walk(body, { ...frame, dot }, output)));
}

function walkTemplate(node: Node & { readonly kind: "template" }, frame: Frame, output: Output): Onward {
  const nodes = output.templates.get(node.name);
  if (nodes === undefined) throw new TemplateProblem(node.at, "a template of this name is not defined");
  const dot = node.pipe === null ? NIL : evaluatePipe(node.pipe, frame, output.run);
  return nested(output.run, node.at, () => walk(nodes, openFrame(dot), output));
}
