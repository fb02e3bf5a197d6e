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

{{/* Every workload that a hook or rbac.targets names, once: a JSON array sorted by namespace, kind and name. */}}
{{- define "imagehook.targets" -}}
{{- $byKey := dict -}}
{{- range include "imagehook.entries" . | fromJsonArray -}}
{{- $target := include "imagehook.target" .hook | fromJson -}}
{{- $_ := set $byKey (printf "%s/%s/%s" $target.namespace $target.kind $target.name) $target -}}
{{- end -}}
{{- range .Values.rbac.targets -}}
{{- $target := include "imagehook.target" . | fromJson -}}
{{- $_ := set $byKey (printf "%s/%s/%s" $target.namespace $target.kind $target.name) $target -}}
{{- end -}}
{{- $targets := list -}}
{{- range $key := keys $byKey | sortAlpha -}}
{{- $targets = append $targets (get $byKey $key) -}}
{{- end -}}
{{- $targets | toJson -}}
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

{{/* One entry as the hooks file spells it. The token is read from a file, so that it stands in no ConfigMap. */}}
{{- define "imagehook.hook" -}}
{{- $hook := .hook -}}
{{- $target := include "imagehook.target" $hook | fromJson -}}
{{- $upgrade := dict
  "namespace" $target.namespace
  "workload" (printf "%s/%s" $target.kind $target.name)
  "container" $hook.container
  "registry" $hook.repoType
  "network" (default "keep" $hook.netType) -}}
{{- with $hook.registryHost -}}
{{- $_ := set $upgrade "registry-host" . -}}
{{- end -}}
{{- with ($hook.image | default dict).repository -}}
{{- $_ := set $upgrade "image" (dict "repository" .) -}}
{{- end -}}
{{- with include "imagehook.addresses" $hook.mailTo | fromJsonArray -}}
{{- $_ := set $upgrade "notify" (dict "mail" .) -}}
{{- end -}}
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
