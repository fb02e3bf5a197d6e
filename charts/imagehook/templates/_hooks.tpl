{{/* kubectl's names of the kinds that imagehook upgrades → the canonical one; empty for any other. */}}
{{- define "imagehook.kind" -}}
{{- $kinds := dict
  "deployment" "deployment" "deployments" "deployment" "deploy" "deployment"
  "statefulset" "statefulset" "statefulsets" "statefulset" "sts" "statefulset"
  "daemonset" "daemonset" "daemonsets" "daemonset" "ds" "daemonset"
  "cronjob" "cronjob" "cronjobs" "cronjob" "cj" "cronjob" -}}
{{- get $kinds (lower .) -}}
{{- end -}}

{{/* The enabled entries of `hooks`, map or list, each with its id: a JSON array sorted by id, duplicates kept. */}}
{{- define "imagehook.entries" -}}
{{- $byId := dict -}}
{{- if kindIs "slice" .Values.hooks -}}
{{- range .Values.hooks -}}
{{- if and . (ne (toString .enabled) "false") -}}
{{- $_ := set $byId (toString .id) (append (get $byId (toString .id) | default list) .) -}}
{{- end -}}
{{- end -}}
{{- else -}}
{{- range $id, $hook := .Values.hooks -}}
{{- if and $hook (ne (toString $hook.enabled) "false") -}}
{{- $_ := set $byId $id (list $hook) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $entries := list -}}
{{- range $id := keys $byId | sortAlpha -}}
{{- range get $byId $id -}}
{{- $entries = append $entries (dict "id" $id "hook" .) -}}
{{- end -}}
{{- end -}}
{{- $entries | toJson -}}
{{- end -}}

{{/* "type/name" in a namespace → {namespace, kind, name, state}; state is the name of the ConfigMap that records its rollouts. */}}
{{- define "imagehook.target" -}}
{{- $parts := splitList "/" (toString .workload) -}}
{{- $kind := include "imagehook.kind" (first $parts) -}}
{{- $name := rest $parts | join "/" -}}
{{- $state := printf "imagehook-%s" (printf "%s/%s/%s" $kind .namespace $name | sha256sum | trunc 16) -}}
{{- dict "namespace" .namespace "kind" $kind "name" $name "state" $state | toJson -}}
{{- end -}}

{{/* The kinds that a hook with a selector means: a JSON array of canonical names. */}}
{{- define "imagehook.kinds" -}}
{{- $kinds := list -}}
{{- range .kinds | default (list "deployment") -}}
{{- $kinds = append $kinds (include "imagehook.kind" (toString .)) -}}
{{- end -}}
{{- $kinds | uniq | toJson -}}
{{- end -}}

{{/* What a hook is for, in words: the workload, or kinds and labels as kubectl writes them. */}}
{{- define "imagehook.scope" -}}
{{- if .selector -}}
{{- $labels := list -}}
{{- range $name, $value := .selector -}}
{{- $labels = append $labels (printf "%s=%s" $name (toString $value)) -}}
{{- end -}}
{{- include "imagehook.kinds" . | fromJsonArray | join "," }} -l {{ join "," $labels -}}
{{- else -}}
{{- .workload -}}
{{- end -}}
{{- end -}}

{{/* All that hooks are for: the hooks themselves, then rbac.targets, as a JSON array. */}}
{{- define "imagehook.scopes" -}}
{{- $scopes := list -}}
{{- range include "imagehook.entries" . | fromJsonArray -}}
{{- $scopes = append $scopes .hook -}}
{{- end -}}
{{- concat $scopes (.Values.rbac.targets | default list) | toJson -}}
{{- end -}}

{{/* The namespaces and kinds that selectors look in, as a JSON map of "namespace/kind" → true. */}}
{{- define "imagehook.selected" -}}
{{- $selected := dict -}}
{{- range include "imagehook.scopes" . | fromJsonArray -}}
{{- if .selector -}}
{{- $namespace := .namespace -}}
{{- range include "imagehook.kinds" . | fromJsonArray -}}
{{- $_ := set $selected (printf "%s/%s" $namespace .) true -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $selected | toJson -}}
{{- end -}}

{{/* Every workload that a hook or rbac.targets names, once: a JSON array sorted by namespace, kind and name. */}}
{{- define "imagehook.targets" -}}
{{- $byKey := dict -}}
{{- range include "imagehook.scopes" . | fromJsonArray -}}
{{- if not .selector -}}
{{- $target := include "imagehook.target" . | fromJson -}}
{{- $_ := set $byKey (printf "%s/%s/%s" $target.namespace $target.kind $target.name) $target -}}
{{- end -}}
{{- end -}}
{{- $targets := list -}}
{{- range $key := keys $byKey | sortAlpha -}}
{{- $targets = append $targets (get $byKey $key) -}}
{{- end -}}
{{- $targets | toJson -}}
{{- end -}}

{{/* image.check of a hook, with what it leaves out; empty where the registry is not asked. `{}` asks for everything. */}}
{{- define "imagehook.check" -}}
{{- $check := (.image | default dict).check -}}
{{- if kindIs "map" $check -}}
{{- $set := dict "tag" true "digest" true "platform" true "wait" "0s" "pullSecret" "" -}}
{{- range $key, $value := $check -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $set $key $value -}}
{{- end -}}
{{- end -}}
{{- $set | toJson -}}
{{- else -}}
{}
{{- end -}}
{{- end -}}

{{/* The callers of a hook as the hooks file spells them; a secretRef becomes the file that it is mounted as. */}}
{{- define "imagehook.callers" -}}
{{- $callers := list -}}
{{- range .callers -}}
{{- range $kind, $caller := . -}}
{{- if has $kind (list "networks" "oidc") -}}
{{- $callers = append $callers (dict $kind $caller) -}}
{{- else if eq $kind "sns" -}}
{{- $callers = append $callers (dict "sns" (dict "topic-arn" $caller.topicArn)) -}}
{{- else -}}
{{- $file := printf "/etc/imagehook/callers/%s/%s" $caller.secretRef.name $caller.secretRef.key -}}
{{- $key := eq $kind "standardWebhooks" | ternary "standard-webhooks" $kind -}}
{{- $callers = append $callers (dict $key (merge (dict "file" $file) (omit $caller "secretRef"))) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $callers | toJson -}}
{{- end -}}

{{/* A map without its keys of null, as JSON: so a later values file takes single keys away. */}}
{{- define "imagehook.withoutNulls" -}}
{{- $kept := dict -}}
{{- range $key, $value := . -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $_ := set $kept $key $value -}}
{{- end -}}
{{- end -}}
{{- $kept | toJson -}}
{{- end -}}

{{/* The image of a hook as the hooks file spells it, as JSON; empty where nothing is said of it. */}}
{{- define "imagehook.hookImage" -}}
{{- $given := .image | default dict -}}
{{- $image := dict -}}
{{- with $given.repository -}}
{{- $_ := set $image "repository" . -}}
{{- end -}}
{{- if kindIs "map" $given.tags -}}
{{- $_ := set $image "tags" (include "imagehook.withoutNulls" $given.tags | fromJson) -}}
{{- else if $given.tags -}}
{{- $_ := set $image "tags" $given.tags -}}
{{- end -}}
{{- with $given.digest -}}
{{- $_ := set $image "digest" . -}}
{{- end -}}
{{- with include "imagehook.withoutNulls" $given.hostAliases | fromJson -}}
{{- $_ := set $image "host-aliases" . -}}
{{- end -}}
{{- with include "imagehook.check" . | fromJson -}}
{{- $_ := set $image "check" (omit . "pullSecret") -}}
{{- with .pullSecret -}}
{{- $_ := set $image.check "pull-secret" . -}}
{{- end -}}
{{- end -}}
{{- $image | toJson -}}
{{- end -}}

{{/* When the pushes of a hook are carried out, how they end and who is told, as the hooks file spells it, as JSON. */}}
{{- define "imagehook.hookRollout" -}}
{{- $rollout := dict -}}
{{- range $key, $name := dict "deadline" "deadline" "onFailure" "on-failure" "minimumAge" "minimum-age" "registryTimeZone" "registry-time-zone" -}}
{{- with get $ $key -}}
{{- $_ := set $rollout $name . -}}
{{- end -}}
{{- end -}}
{{- $windows := list -}}
{{- range .window -}}
{{- $window := include "imagehook.withoutNulls" (omit . "timeZone") | fromJson -}}
{{- with .timeZone -}}
{{- $_ := set $window "time-zone" . -}}
{{- end -}}
{{- $windows = append $windows $window -}}
{{- end -}}
{{- with $windows -}}
{{- $_ := set $rollout "window" . -}}
{{- end -}}
{{- if .freeze -}}
{{- $_ := set $rollout "freeze" true -}}
{{- end -}}
{{- $notify := dict -}}
{{- with include "imagehook.addresses" .mailTo | fromJsonArray -}}
{{- $_ := set $notify "mail" . -}}
{{- end -}}
{{- range $key := list "language" "channels" -}}
{{- with get ($.notify | default dict) $key -}}
{{- $_ := set $notify $key . -}}
{{- end -}}
{{- end -}}
{{- with $notify -}}
{{- $_ := set $rollout "notify" . -}}
{{- end -}}
{{- $rollout | toJson -}}
{{- end -}}

{{/* One entry as the hooks file spells it. The token is read from a file, so that it stands in no ConfigMap. */}}
{{- define "imagehook.hook" -}}
{{- $hook := .hook -}}
{{- $upgrade := dict
  "namespace" $hook.namespace
  "container" $hook.container
  "registry" $hook.repoType
  "network" (default "keep" $hook.netType) -}}
{{- if $hook.selector -}}
{{- $_ := set $upgrade "selector" $hook.selector -}}
{{- $_ := set $upgrade "kinds" (include "imagehook.kinds" $hook | fromJsonArray) -}}
{{- else -}}
{{- $target := include "imagehook.target" $hook | fromJson -}}
{{- $_ := set $upgrade "workload" (printf "%s/%s" $target.kind $target.name) -}}
{{- end -}}
{{- with $hook.registryHost -}}
{{- $_ := set $upgrade "registry-host" . -}}
{{- end -}}
{{- with include "imagehook.hookImage" $hook | fromJson -}}
{{- $_ := set $upgrade "image" . -}}
{{- end -}}
{{- if $hook.dryRun -}}
{{- $_ := set $upgrade "dry-run" true -}}
{{- end -}}
{{- $upgrade = merge $upgrade (include "imagehook.hookRollout" $hook | fromJson) -}}
{{- with include "imagehook.callers" $hook | fromJsonArray -}}
{{- $_ := set $upgrade "callers" . -}}
{{- end -}}
{{- $match := dict
  "type" "value"
  "parameter" (dict "source" "url" "name" "token")
  "value-from" (dict "file" (printf "/etc/imagehook/tokens/%s" .id)) -}}
{{- $entry := dict
  "id" .id
  "image-upgrade" $upgrade
  "trigger-rule-mismatch-http-response-code" (default 403 $hook.mismatchStatus | int) -}}
{{- if or $hook.token $hook.tokenSecretRef -}}
{{- $_ := set $entry "trigger-rule" (dict "match" $match) -}}
{{- end -}}
{{- with $hook.responseMessage -}}
{{- $_ := set $entry "response-message" . -}}
{{- end -}}
{{- $entry | toJson -}}
{{- end -}}
