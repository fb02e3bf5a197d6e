const HOOKS_FILE = /^[^.].*\.(?:json|ya?ml)$/;

/** True for the name of a file in a hooks directory, or of a key in its ConfigMap, that is read as a hooks file. */
export const isHooksFileName = (name: string): boolean => HOOKS_FILE.test(name);
