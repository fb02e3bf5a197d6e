/** The code of a system error, such as E2BIG; its message may hold what a caller sent. */
export const codeOf = (error: unknown): string => {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "EUNKNOWN";
};
