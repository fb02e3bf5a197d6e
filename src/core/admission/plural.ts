/** The name of a kind's resource in paths, by the rule by which the API server guesses it: `networkpolicies`, `ingresses`. */
export function pluralOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name.endsWith("s")) return `${name}es`;
  return name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;
}
