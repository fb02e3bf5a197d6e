import type { AdmissionRequest } from "../request.ts";
import type { AdmissionResponse, ValidatingResponse } from "../response.ts";
import { mutateFields } from "./mutate-fields.ts";
import type { AdmissionRules } from "./rule.ts";
import { validateFields } from "./validate-fields.ts";
import { validateHooks, type HooksSettings } from "./validate-hooks.ts";
import { validateImages } from "./validate-images.ts";

/** What the webhooks that ship judge by. */
export interface ShippedSettings extends HooksSettings {
  readonly rules: AdmissionRules;
}

/** A webhook that ships, and what it is for in a few words. It is told its settings anew for each request: they may have changed. */
export type ShippedWebhook = { readonly path: string; readonly purpose: string } & (
  | {
      readonly list: "validating";
      readonly answer: (settings: ShippedSettings) => (request: AdmissionRequest) => ValidatingResponse;
    }
  | {
      readonly list: "mutating";
      readonly answer: (settings: ShippedSettings) => (request: AdmissionRequest) => AdmissionResponse;
    }
);

/** The webhooks that ship. */
export const SHIPPED_WEBHOOKS: readonly ShippedWebhook[] = [
  {
    path: "/validate-hooks",
    purpose: "checks hooks files before they enter",
    list: "validating",
    answer: (settings) => (request) => validateHooks(request, settings),
  },
  {
    path: "/validate-images",
    purpose: "judges which images may run",
    list: "validating",
    answer:
      ({ rules }) =>
      (request) =>
        validateImages(rules.images, request),
  },
  {
    path: "/validate-fields",
    purpose: "judges what fields hold",
    list: "validating",
    answer:
      ({ rules }) =>
      (request) =>
        validateFields(rules.fields, request),
  },
  {
    path: "/mutate-fields",
    purpose: "sets labels, annotations and fields where they are absent",
    list: "mutating",
    answer:
      ({ rules }) =>
      (request) =>
        mutateFields(rules.defaults, request),
  },
];
