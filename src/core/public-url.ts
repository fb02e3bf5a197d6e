// Of ASCII alone, without what a shell or a header could take for something else.
const PUBLIC_URL = /^https?:\/\/[^/\s?#@'"\\,]+(?:\/[^\s?#'"\\,]*)?$/;
const ASCII = /^[!-~]{1,1000}$/;

/** Tells an address that the service may be reached by: a scheme, a host and a path where there is one. */
export const isPublicUrl = (text: string): boolean => ASCII.test(text) && PUBLIC_URL.test(text);
