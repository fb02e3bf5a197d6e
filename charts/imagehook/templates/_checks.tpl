{{/* Each define prints one problem a line, or nothing; validate.yaml collects them. */}}

{{- define "imagehook.checkTarget" -}}
{{- $label := "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$" -}}
{{- if not (regexMatch $label (toString .namespace)) }}
{{ .where }}.namespace: {{ .namespace | quote }} is no namespace's name
{{- end -}}
{{- $parts := splitList "/" (toString .workload) -}}
{{- $type := first $parts | lower -}}
{{- if .selector -}}
{{- include "imagehook.checkSelector" . -}}
{{- else if .kinds }}
{{ .where }}.kinds: needs a selector; a workload names its kind itself
{{- else if ne (len $parts) 2 }}
{{ .where }}.workload: {{ .workload | quote }} is not type/name, for example deployment/website
{{- else if has $type (list "replicaset" "replicasets" "rs") }}
{{ .where }}.workload: {{ .workload | quote }}: a ReplicaSet does not replace its running pods when its image changes; name the Deployment that owns it
{{- else if not (include "imagehook.kind" $type) }}
{{ .where }}.workload: {{ first $parts | quote }} is no type that imagehook upgrades: use deployment, statefulset, daemonset or cronjob
{{- else if not (regexMatch "^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$" (last $parts)) }}
{{ .where }}.workload: {{ last $parts | quote }} is no workload's name
{{- end -}}
{{- end -}}

{{- define "imagehook.checkSelector" -}}
{{- $where := .where -}}
{{- $value := "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$" -}}
{{- $name := "^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$" -}}
{{- if .workload }}
{{ $where }}: set workload or selector, not both
{{- end -}}
{{- range $label, $wanted := .selector -}}
{{- if not (regexMatch $name $label) }}
{{ $where }}.selector: {{ $label | quote }} is no label's name
{{- end -}}
{{- if not (regexMatch $value (toString $wanted)) }}
{{ $where }}.selector.{{ $label }}: {{ $wanted | quote }} is no label's value; only equality is selected by
{{- end -}}
{{- end -}}
{{- range .kinds -}}
{{- if not (include "imagehook.kind" (toString .)) }}
{{ $where }}.kinds: {{ . | quote }} is no type that imagehook upgrades: use deployment, statefulset, daemonset or cronjob
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkToken" -}}
{{- $ref := .hook.tokenSecretRef | default dict -}}
{{- if and .hook.token $ref }}
{{ .where }}: set token or tokenSecretRef, not both
{{- else if $ref -}}
{{- if not (and $ref.name $ref.key) }}
{{ .where }}.tokenSecretRef: set name and key
{{- end -}}
{{- else if and (not .hook.token) .hook.callers -}}
{{- else if not .hook.token }}
{{ .where }}: set token or tokenSecretRef (a token: openssl rand -hex 20), or callers
{{- else -}}
{{- range $line := splitList "\n" (toString .hook.token | trim) -}}
{{- if lt (len (trim $line)) 16 }}
{{ $.where }}.token: shorter than 16 characters, so it can be guessed; make one with: openssl rand -hex 20
{{- else if regexMatch "\\s" (trim $line) }}
{{ $.where }}.token: holds a blank, which a URL cannot
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkAddresses" -}}
{{- range include "imagehook.addresses" .addresses | fromJsonArray -}}
{{- if not (regexMatch "^[^\\s@<>]+@[^\\s@<>]+$" .) }}
{{ $.where }}: {{ . | quote }} is no mail address
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A registry's host alone, as a regular expression without its ends. */}}
{{- define "imagehook.host" -}}
(localhost|[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+|\[[0-9A-Fa-f:]+\]|[A-Za-z0-9-]+:[0-9]+)(:[0-9]{1,5})?
{{- end -}}

{{/* The rules of a hook's tags. `|` before an expression lets it match the empty text, so that only a broken one does not;
an older helm knows (?P<…> alone. Ranges of versions are npm's, which helm cannot read. */}}
{{- define "imagehook.checkTags" -}}
{{- $tags := include "imagehook.withoutNulls" .tags | fromJson -}}
{{- if not (or $tags.glob $tags.regex $tags.semver $tags.newer) }}
{{ .where }}: names no rule: use any, a list of tags, or a map of glob, regex, semver and newer
{{- end -}}
{{- if and (hasKey $tags "prerelease") (not $tags.semver) }}
{{ .where }}.prerelease: stands without semver, which it is for
{{- end -}}
{{- if and (hasKey $tags "pattern") (not $tags.newer) }}
{{ .where }}.pattern: stands without newer, which it is for
{{- end -}}
{{- range $key := list "regex" "pattern" -}}
{{- if not (regexMatch (printf "|%s" (get $tags $key | replace "(?<" "(?P<")) "") }}
{{ $.where }}.{{ $key }}: {{ get $tags $key | quote }} is no regular expression of RE2
{{- end -}}
{{- end -}}
{{- if and (hasKey $tags "pattern") (not (regexMatch "\\(\\?P?<value>" $tags.pattern)) }}
{{ .where }}.pattern: {{ $tags.pattern | quote }} has no group named value: write one, such as build-(?P<value>[0-9]+)
{{- end -}}
{{- $glob := $tags.glob | default "" -}}
{{- $sets := regexReplaceAll "[*?]" $glob "" | replace "[!" "[^" -}}
{{- if not (and (regexMatch "^([-*?.\\w]|\\[!?[-.\\w]+\\])*$" $glob) (regexMatch (printf "|%s" $sets) "")) }}
{{ .where }}.glob: {{ $glob | quote }} is no glob: use tags' characters, *, ? and sets such as [a-z]
{{- end -}}
{{- end -}}

{{/* A duration → its seconds. */}}
{{- define "imagehook.seconds" -}}
{{- $seconds := 0.0 -}}
{{- range regexFindAll "[0-9.]+[a-z]+" . -1 -}}
{{- $unit := regexFind "[a-z]+" . -}}
{{- $seconds = addf $seconds (mulf (trimSuffix $unit . | float64) (get (dict "ms" 0.001 "s" 1 "m" 60 "h" 3600) $unit)) -}}
{{- end -}}
{{- $seconds -}}
{{- end -}}

{{/* A duration between two numbers of seconds, which .says tells; nothing where it is left out. */}}
{{- define "imagehook.checkDuration" -}}
{{- $seconds := include "imagehook.seconds" (.value | default "") | float64 -}}
{{- if and .value (or (lt $seconds (float64 .min)) (gt $seconds (float64 .max))) }}
{{ .where }}: {{ .value | quote }} is no duration {{ .says }}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkAliases" -}}
{{- $name := "[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*" -}}
{{- $prefix := printf "^%s(/%s)*$" (include "imagehook.host" .) $name -}}
{{- range $host, $others := .aliases -}}
{{- range prepend (kindIs "slice" $others | ternary $others (list $others)) $host -}}
{{- if not (or (kindIs "invalid" $others) (regexMatch $prefix .)) }}
{{ $.where }}: {{ . | quote }} is no registry's host: write it without https://, with a path where there is one: mirror.example.com/hub
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkHook" -}}
{{- $hook := .hook -}}
{{- $where := printf "hooks.%s" .id -}}
{{- if not (regexMatch "^[A-Za-z0-9][-._A-Za-z0-9]{0,62}$" .id) }}
hooks: {{ .id | quote }} is no id: letters, digits, "-", "." and "_", beginning with a letter or digit, at most 63
{{- end -}}
{{- if and $hook.id (ne (toString $hook.id) .id) }}
{{ $where }}.id: in a map the key is the id, leave id out
{{- end -}}
{{- include "imagehook.checkTarget" (merge (dict "where" $where) $hook) -}}
{{- if not (regexMatch "^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?|\\*)$" (toString $hook.container)) }}
{{ $where }}.container: {{ $hook.container | quote }} is no container's name
{{- else if and (eq (toString $hook.container) "*") (eq (($hook.image | default dict).repository | default "") "any") }}
{{ $where }}.container: "*" is all containers that run the pushed repository: leave out image.repository any, or name the container
{{- end -}}
{{- if and (not (has (toString $hook.repoType) (list "aliyun" "auto"))) (not (has (default "keep" $hook.netType) (list "keep" "auto"))) }}
{{ $where }}.netType: only Aliyun has hosts to choose from; leave it out for repoType {{ $hook.repoType }}
{{- end -}}
{{- $host := $hook.registryHost | default "" -}}
{{- if and (has (toString $hook.repoType) (list "nexus" "zot")) (not $host) }}
{{ $where }}.registryHost: {{ $hook.repoType }} does not say its host: set the one that images are pulled from, for example registry.example.com:5000
{{- else if and $host (not (regexMatch (printf "^%s$" (include "imagehook.host" .)) $host)) }}
{{ $where }}.registryHost: {{ $host | quote }} is no registry's host: write it without https:// and without a path
{{- end -}}
{{- $image := $hook.image | default dict -}}
{{- $repository := $image.repository | default "" -}}
{{- if regexMatch "\\s|@|:[^/]*$" $repository }}
{{ $where }}.image.repository: {{ $repository | quote }}: a repository stands without tag and digest
{{- end -}}
{{- $check := include "imagehook.check" $hook | fromJson -}}
{{- if and $check (eq $repository "any") }}
{{ $where }}.image.check: cannot stand beside repository: any, where the push would choose which host is asked
{{- end -}}
{{- if not (regexMatch "^([12]?[0-9]{1,4}ms|30000ms|([0-9]|[12][0-9]|30)s)?$" (toString ($check.wait | default ""))) }}
{{ $where }}.image.check.wait: {{ $check.wait | quote }} is no duration of 30s at most, such as 10s
{{- end -}}
{{- if not (regexMatch "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?)?$" (toString ($check.pullSecret | default ""))) }}
{{ $where }}.image.check.pullSecret: {{ $check.pullSecret | quote }} is no Secret's name
{{- end -}}
{{- if kindIs "map" $image.tags -}}
{{- include "imagehook.checkTags" (dict "where" (printf "%s.image.tags" $where) "tags" $image.tags) -}}
{{- end -}}
{{- include "imagehook.checkAliases" (dict "where" (printf "%s.image.hostAliases" $where) "aliases" $image.hostAliases) -}}
{{- include "imagehook.checkDuration" (dict "where" (printf "%s.deadline" $where) "value" $hook.deadline "min" 1 "max" 86400 "says" "from 1s to 24h, such as 10m") -}}
{{- include "imagehook.checkDuration" (dict "where" (printf "%s.minimumAge" $where) "value" $hook.minimumAge "min" 0 "max" 2592000 "says" "of 720h (30 days) at most, such as 30m") -}}
{{- include "imagehook.checkAddresses" (dict "where" (printf "%s.mailTo" $where) "addresses" $hook.mailTo) -}}
{{- include "imagehook.checkToken" (dict "where" $where "hook" $hook) -}}
{{- end -}}

{{- define "imagehook.checkHooks" -}}
{{- $seen := dict -}}
{{- range include "imagehook.entries" . | fromJsonArray -}}
{{- include "imagehook.checkHook" . -}}
{{- if hasKey $seen .id }}
hooks: two hooks have the id {{ .id | quote }}
{{- end -}}
{{- $_ := set $seen .id true -}}
{{- end -}}
{{- range $index, $target := .Values.rbac.targets -}}
{{- include "imagehook.checkTarget" (merge (dict "where" (printf "rbac.targets[%d]" $index)) $target) -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkReach" -}}
{{- with regexFind "(^|\\s)--?(hooks|ip|port|urlprefix|secure|logfile)\\b" .Values.webhookCmd }}
webhookCmd: {{ trim . }} is the chart's own: probes, volumes and trigger URLs depend on it
{{- end -}}
{{- if and .Values.service.nodePort (eq .Values.service.type "ClusterIP") }}
service.nodePort: needs service.type NodePort or LoadBalancer
{{- end -}}
{{- if .Values.ingress.enabled -}}
{{- if not .Values.ingress.host }}
ingress.host: set the host that the registry calls
{{- end -}}
{{- if not (or (has .Values.ingress.path (list "/" "/hooks" "/hooks/")) .Values.publicUrl) }}
ingress.path: {{ .Values.ingress.path | quote }}: imagehook serves /hooks/<id>, so use /hooks or /; where the ingress rewrites paths, set publicUrl too
{{- end -}}
{{- end -}}
{{- with .Values.publicUrl -}}
{{- if not (and (regexMatch "^https?://[^/\\s?#@'\"\\\\,]+(/[^\\s?#'\"\\\\,]*)?$" .) (regexMatch "^[!-~]{1,1000}$" .)) -}}
publicUrl: {{ . | quote }} is not like https://hooks.example.com
{{- else if regexMatch "/hooks/?$" . }}
publicUrl: {{ . | quote }}: leave /hooks out, it is added
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkOperations" -}}
{{- $ref := .Values.operations.apiTokenSecretRef -}}
{{- if and .Values.operations.apiToken $ref.name }}
operations: set apiToken or apiTokenSecretRef, not both
{{- end -}}
{{- if ne (empty $ref.name) (empty $ref.key) }}
operations.apiTokenSecretRef: set name and key
{{- end -}}
{{- range $line := splitList "\n" (.Values.operations.apiToken | trim) -}}
{{- if and $line (lt (len (trim $line)) 16) }}
operations.apiToken: shorter than 16 characters, so it can be guessed; make one with: openssl rand -hex 20
{{- else if regexMatch "[\\s,]" (trim $line) }}
operations.apiToken: holds a blank or a comma, which a bearer token cannot
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkMail" -}}
{{- $mail := .Values.mail -}}
{{- $existing := $mail.existingSecret -}}
{{- if and $mail.from (not $mail.smtpServer) }}
mail.smtpServer: set it, mail.from is set
{{- end -}}
{{- if and $mail.smtpServer (not $mail.from) }}
mail.from: set it, mail.smtpServer is set
{{- end -}}
{{- with $mail.from -}}
{{- include "imagehook.checkAddresses" (dict "where" "mail.from" "addresses" (list .)) -}}
{{- end -}}
{{- include "imagehook.checkAddresses" (dict "where" "mail.to" "addresses" $mail.to) -}}
{{- if gt (len (compact (list $mail.password $mail.passwordBase64 (and $existing.name $existing.passwordKey)))) 1 }}
mail: set one of password, passwordBase64 and existingSecret.passwordKey
{{- end -}}
{{- if gt (len (compact (list $mail.caCert $mail.caCertBase64 (and $existing.name $existing.caCertKey)))) 1 }}
mail: set one of caCert, caCertBase64 and existingSecret.caCertKey
{{- end -}}
{{- if not (regexMatch "^[A-Za-z0-9+/=\\s]*$" $mail.passwordBase64) }}
mail.passwordBase64: is not base64; the password as it is goes into mail.password
{{- end -}}
{{- if not (regexMatch "^[A-Za-z0-9+/=\\s]*$" $mail.caCertBase64) }}
mail.caCertBase64: is not base64; a PEM certificate goes into mail.caCert
{{- end -}}
{{- if and $mail.caCert (not (contains "-----BEGIN CERTIFICATE-----" $mail.caCert)) }}
mail.caCert: holds no PEM certificate (-----BEGIN CERTIFICATE-----)
{{- end -}}
{{- if and $existing.name (not (or $existing.passwordKey $existing.caCertKey)) }}
mail.existingSecret: set passwordKey or caCertKey
{{- end -}}
{{- end -}}

{{- define "imagehook.checkPod" -}}
{{- if not .Values.image.repository }}
image.repository: build and push the image to a registry of your own, then set image.repository: see README
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) }}
serviceAccount.name: set it, serviceAccount.create is false
{{- end -}}
{{- $own := list -}}
{{- range include "imagehook.env" . | fromJsonArray -}}
{{- $own = append $own .name -}}
{{- end -}}
{{- range .Values.extraEnv -}}
{{- if has .name $own }}
extraEnv: {{ .name }} is set by the chart already, use its own value
{{- end -}}
{{- end -}}
{{- end -}}
