/** A status and its text, such as 550 and "no such user". */
export interface SmtpRefusal {
  readonly status: number;
  readonly text: string;
}

/** Where in a session a fault strikes: `data` is the end of the content. */
type SmtpStage = "connect" | "login" | "recipient" | "data";

/** What the server does in place of its answer. Once the content is there, all but a refusal keep the mail. */
type SmtpFault =
  | ({ readonly kind: "refuse" } & SmtpRefusal)
  | { readonly kind: "never-answer" }
  | { readonly kind: "answer-late"; readonly ms: number }
  /** The connection is cut, and the client never hears what became of it. */
  | { readonly kind: "cut-before-answer" }
  | { readonly kind: "cut-after-answer" };

/** A fault, where it strikes, for whom (default for all), and how often (default always). */
interface SmtpFaultRule {
  readonly at: SmtpStage;
  readonly fault: SmtpFault;
  /** Asked with the login's user, the one recipient, or those of the content; with nothing at the connection. */
  readonly when?: (...whom: readonly string[]) => boolean;
  readonly times?: number;
}

/** A fault that was set up. */
interface InjectedSmtpFault {
  readonly injected: () => number;
  readonly lift: () => void;
}

/** The faults of a server, and what carries them out. */
export interface SmtpFaults {
  readonly inject: (rule: SmtpFaultRule) => InjectedSmtpFault;
  /** Answers as the first fault that fits says: with a refusal, with null for an answer by the book, or not at all. */
  readonly strike: (stage: SmtpStage, whom: readonly string[], session: StruckSession) => void;
}

interface StruckSession {
  /** Keeps the mail; called unless it is refused. */
  readonly keep?: () => void;
  readonly answer: (refusal: SmtpRefusal | null) => void;
  readonly cut: () => void;
}

/** Makes the faults of one server: none, at first. */
export function createSmtpFaults(): SmtpFaults {
  const rules = new Set<SmtpFaultRule & { struck: number }>();
  const faultFor = (stage: SmtpStage, whom: readonly string[]): SmtpFault | null => {
    for (const rule of rules) {
      const { at, when, times = Infinity, struck } = rule;
      if (at !== stage || struck >= times || when?.(...whom) === false) continue;
      rule.struck++;
      return rule.fault;
    }
    return null;
  };
  return {
    inject: (given) => {
      const rule = { ...given, struck: 0 };
      rules.add(rule);
      return {
        injected: () => rule.struck,
        lift: () => {
          rules.delete(rule);
        },
      };
    },
    strike: (stage, whom, session) => {
      const fault = faultFor(stage, whom);
      if (fault?.kind !== "refuse") session.keep?.();
      if (fault === null) session.answer(null);
      else carryOut(fault, session);
    },
  };
}

function carryOut(fault: SmtpFault, { answer, cut }: StruckSession): void {
  switch (fault.kind) {
    case "refuse":
      answer(fault);
      return;
    case "never-answer":
      return;
    case "answer-late":
      setTimeout(() => {
        answer(null);
      }, fault.ms);
      return;
    case "cut-before-answer":
      cut();
      return;
    case "cut-after-answer":
      answer(null);
      setImmediate(cut);
  }
}
