import { clip } from "../../clip.ts";
import { parseReference, type ImageReference } from "../../image/reference.ts";
import { fail, type Result } from "../../result.ts";
import type { AdmissionRequest } from "../request.ts";
import { allowed, denied, withAuditAnnotations, withWarnings, type ValidatingResponse } from "../response.ts";
import { judgeImage, type ImageFault } from "./judge-image.ts";
import { toLabelValue } from "./label-value.ts";
import { firstOf, listProblems } from "./list-problems.ts";
import { matchesRule } from "./matches.ts";
import { imagesOf, type NamedImage } from "./pod-images.ts";
import { matchesRepository } from "./repository-pattern.ts";
import type { Exemption, ImageRule, RuleAction } from "./rule.ts";
import { isBeingDeleted, nameOf } from "./subject.ts";
import { matchesWildcard } from "./wildcard.ts";

/** An image that a rule finds fault with. */
interface Problem extends ImageFault {
  readonly rule: ImageRule;
  readonly place: string;
  readonly image: string;
}

interface ReadImage extends NamedImage {
  readonly reference: Result<ImageReference, string>;
}

const MAX_IMAGE_LENGTH = 120;
const MAX_WARNING_LENGTH = 120;
const MAX_NOTE_LENGTH = 4_096;
// The API server appends five characters to generateName.
const SUFFIX = "00000";

/**
 * Judges the images of a pod, or of the pods of a workload. An image that the object named before the change is not
 * judged again, and a deletion is never stopped: no scaling, status or finalizer is blocked by what runs already.
 */
export function validateImages(rules: readonly ImageRule[], request: AdmissionRequest): ValidatingResponse {
  const matching = rules.filter(({ match }) => matchesRule(match, request));
  if (matching.length === 0 || isBeingDeleted(request)) return allowed();
  const images = newImages(request);
  const problems = matching.flatMap((rule) => problemsOf(rule, images, request));
  const of = (action: RuleAction): readonly Problem[] => problems.filter(({ rule }) => rule.action === action);
  const [refused, warned, noted] = [of("deny"), of("warn"), of("audit")];
  const verdict = refused.length === 0 ? allowed() : denied(listProblems(refused.map(say)));
  return withAuditAnnotations(withWarnings(verdict, ...firstOf(warned.map(sayShortly))), notesOf(noted));
}

function newImages({ kind, object, oldObject }: AdmissionRequest): readonly ReadImage[] {
  const before = new Set(imagesOf(kind.kind, oldObject).map(({ image }) => image));
  return imagesOf(kind.kind, object)
    .filter(({ image }) => !before.has(image))
    .map((named) => ({ ...named, reference: readImage(named.image) }));
}

const readImage = (image: unknown): Result<ImageReference, string> =>
  typeof image === "string" ? parseReference(image) : fail("it is no text");

function problemsOf(rule: ImageRule, images: readonly ReadImage[], request: AdmissionRequest): readonly Problem[] {
  const exemptions = rule.exempt.filter((exemption) => isExempt(exemption, request));
  return images
    .filter(({ reference }) => !exemptions.some((exemption) => isImageExempt(exemption, reference)))
    .flatMap(({ place, image, reference }) => {
      const shown = clip(typeof image === "string" ? image : typeof image, MAX_IMAGE_LENGTH);
      return faultsOf(rule, reference).map((fault) => ({ ...fault, rule, place, image: shown }));
    });
}

const faultsOf = (rule: ImageRule, reference: Result<ImageReference, string>): readonly ImageFault[] =>
  reference.kind === "ok"
    ? judgeImage(rule, reference.value)
    : [{ what: `it cannot be read: ${reference.error}`, cure: "write it as registry/repository:tag" }];

function isExempt({ namespaces, names, users }: Exemption, request: AdmissionRequest): boolean {
  const name = nameOf(request, SUFFIX);
  return isAnyOf(namespaces, request.namespace) && isAnyOf(names, name) && isAnyOf(users, request.userInfo.username);
}

const isAnyOf = (patterns: readonly string[], text: string): boolean =>
  patterns.length === 0 || patterns.some((pattern) => matchesWildcard(pattern, text));

function isImageExempt({ images }: Exemption, reference: Result<ImageReference, string>): boolean {
  if (images.length === 0) return true;
  if (reference.kind === "error") return false;
  return images.some((pattern) => matchesRepository(pattern, reference.value.repository));
}

const say = ({ rule, place, image, what, cure }: Problem): string =>
  `${place}: image "${image}": ${what}: ${cure} (rule ${clip(rule.name)})`;

// What a terminal shows of a warning without cutting it.
function sayShortly(problem: Problem): string {
  const whole = say(problem);
  if (whole.length <= MAX_WARNING_LENGTH) return whole;
  const { rule, place, what } = problem;
  return clip(`${clip(rule.name, 30)}: ${place}: ${what}`, MAX_WARNING_LENGTH - 1);
}

// Keys of the audit log are names as those of labels.
function notesOf(problems: readonly Problem[]): Readonly<Record<string, string>> {
  const notes = Map.groupBy(problems, ({ rule }) => toLabelValue(rule.name) || "images");
  return Object.fromEntries(
    [...notes].map(([key, found]) => [key, clip(listProblems(found.map(say)), MAX_NOTE_LENGTH)]),
  );
}
