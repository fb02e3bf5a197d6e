/** Why a template cannot be expanded. Thrown inside of this folder only: expandTemplate makes it a value. */
export class TemplateProblem extends Error {
  /** The offset in the file's text, in UTF-16 units. */
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}
