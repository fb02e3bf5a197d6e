{{/* What match.resources may name. */}}
{{- define "imagehook.checkAdmissionResource" -}}
{{- $parts := include "imagehook.admissionResource" .resource | fromJson -}}
{{- if not (regexMatch "^[a-z0-9]+(\\.([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)?)?(/[a-z0-9]+)?$" .resource) }}
{{ .where }}.match.resources: {{ .resource | quote }} is no resource: name each as kubectl does, such as deployments.apps, deployments.apps/scale or pods.; without *, for what is asked about everything can stop the cluster
{{- else if or (has $parts.resource (list "events" "leases")) (hasSuffix "reviews" $parts.resource) (eq $parts.subResource "status") }}
{{ .where }}.match.resources: {{ .resource | quote }}: the cluster itself lives by these, so no webhook may stand in their way
{{- else if and (eq .list "images") (not (has $parts.resource (list "pods" "replicationcontrollers" "daemonsets" "deployments" "replicasets" "statefulsets" "cronjobs" "jobs"))) }}
{{ .where }}.match.resources: {{ .resource | quote }} runs no images that are looked at: use pods., deployments.apps, statefulsets.apps, daemonsets.apps, replicasets.apps, jobs.batch or cronjobs.batch
{{- end -}}
{{- end -}}

{{/* A JSON Pointer (RFC 6901) to a field. */}}
{{- define "imagehook.checkPointer" -}}
{{- if not (regexMatch "^(/([^~/]|~[01])*)+$" .pointer) }}
{{ .where }}: {{ .pointer | quote }} is no JSON Pointer: write /spec/replicas, and ~1 for a / in a name: /metadata/labels/example.com~1team
{{- end -}}
{{- end -}}

{{/* A value of `set`: a text may be a template. */}}
{{- define "imagehook.checkDefault" -}}
{{- include "imagehook.checkPointer" . -}}
{{- if regexMatch "^/(apiVersion|kind|status|metadata/(name|generateName|namespace|uid|resourceVersion|generation|creationTimestamp|deletionTimestamp|managedFields))(/|$)" .pointer }}
{{ .where }}: {{ .pointer | quote }} is the API server's own, and cannot be set
{{- end -}}
{{- if kindIs "string" .value -}}
{{- if contains "$" (regexReplaceAll "\\$\\$|\\$\\{(user|namespace|name|operation|kind)\\}" .value "") }}
{{ .where }}.{{ .pointer }}: {{ .value | quote }}: a template is ${user}, ${namespace}, ${name}, ${operation} or ${kind}; $$ stands for $
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkField" -}}
{{- include "imagehook.checkPointer" (dict "where" (printf "%s.path" .where) "pointer" .rule.path) -}}
{{- if not (regexMatch (printf "|%s" (.rule.pattern | default "" | replace "(?<" "(?P<")) "") }}
{{ .where }}.pattern: {{ .rule.pattern | quote }} is no regular expression of RE2
{{- end -}}
{{- if and (kindIs "float64" .rule.min) (kindIs "float64" .rule.max) -}}
{{- if gt .rule.min .rule.max }}
{{ .where }}: min is larger than max, so nothing could pass
{{- end -}}
{{- end -}}
{{- if not (or .rule.required .rule.immutable (pick .rule "type" "min" "max" "enum" "pattern")) }}
{{ .where }}: asks for nothing: set type, min, max, enum, pattern, required or immutable
{{- end -}}
{{- end -}}

{{/* One rule, from {root, list, where, rule}. */}}
{{- define "imagehook.checkRule" -}}
{{- $context := . -}}
{{- $match := .rule.match | default dict -}}
{{- range $match.resources -}}
{{- include "imagehook.checkAdmissionResource" (merge (dict "resource" .) (omit $context "root" "rule")) -}}
{{- end -}}
{{- range $match.namespaces -}}
{{- if has . (list $context.root.Release.Namespace "kube-system" "kube-node-lease") }}
{{ $context.where }}.match.namespaces: {{ . | quote }} is never asked about, so that the cluster can always be repaired
{{- end -}}
{{- end -}}
{{- if and (eq .list "images") (not (or .rule.allow .rule.forbidTags .rule.requireDigest)) }}
{{ .where }}: forbids nothing: set allow, forbidTags or requireDigest
{{- end -}}
{{- if eq .list "fields" -}}
{{- include "imagehook.checkField" . -}}
{{- end -}}
{{- range $pointer, $value := .rule.set | default dict -}}
{{- include "imagehook.checkDefault" (dict "where" (printf "%s.set" $context.where) "pointer" $pointer "value" $value) -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkRules" -}}
{{- $root := . -}}
{{- range $list := list "images" "defaults" "fields" -}}
{{- $settings := get $root.Values.admission $list -}}
{{- $names := list -}}
{{- range $index, $rule := $settings.rules -}}
{{- include "imagehook.checkRule" (dict "root" $root "list" $list "where" (printf "admission.%s.rules[%d]" $list $index) "rule" $rule) -}}
{{- if has $rule.name $names }}
admission.{{ $list }}.rules: two rules have the name {{ $rule.name | quote }}
{{- end -}}
{{- $names = append $names $rule.name -}}
{{- end -}}
{{- if and $settings.matchConditions (semverCompare "<1.28.0-0" $root.Capabilities.KubeVersion.Version) }}
admission.{{ $list }}.matchConditions: Kubernetes {{ $root.Capabilities.KubeVersion.Version }} knows none: 1.28 does
{{- end -}}
{{- $conditions := list "not-a-node" "not-a-cleanup" -}}
{{- range $settings.matchConditions -}}
{{- if has .name $conditions }}
admission.{{ $list }}.matchConditions: two conditions have the name {{ .name | quote }}; not-a-node and not-a-cleanup are the chart's own
{{- end -}}
{{- $conditions = append $conditions .name -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "imagehook.checkCertificates" -}}
{{- $certificates := .Values.admission.certificates -}}
{{- $isProvided := eq $certificates.mode "provided" -}}
{{- if and $isProvided (not $certificates.existingSecret) }}
admission.certificates.existingSecret: set it, mode is provided: a Secret with tls.crt and tls.key for {{ include "imagehook.admissionService" . }}.{{ .Release.Namespace }}.svc
{{- end -}}
{{- if and $isProvided (not (contains "-----BEGIN CERTIFICATE-----" $certificates.caBundle)) }}
admission.certificates.caBundle: set it, mode is provided: the certificate (PEM, -----BEGIN CERTIFICATE-----) of the authority that signed tls.crt
{{- end -}}
{{- if and (not $isProvided) (or $certificates.existingSecret $certificates.caBundle) }}
admission.certificates: existingSecret and caBundle are read in mode provided only
{{- end -}}
{{- if and $certificates.issuerRef.name (ne $certificates.mode "certManager") }}
admission.certificates.issuerRef: is read in mode certManager only
{{- end -}}
{{- if and (eq $certificates.mode "certManager") (not (.Capabilities.APIVersions.Has "cert-manager.io/v1")) }}
admission.certificates.mode: certManager needs cert-manager, whose kinds (cert-manager.io/v1) this cluster does not know: install it first, or use selfManaged; helm template is told of it by --api-versions cert-manager.io/v1
{{- end -}}
{{- $least := eq $certificates.mode "certManager" | ternary 3600 2 -}}
{{- range $key := list "caValidity" "validity" -}}
{{- include "imagehook.checkDuration" (dict "where" (printf "admission.certificates.%s" $key) "value" (get $certificates $key) "min" $least "max" 3153600000 "says" (printf "from %ds to 876000h, such as 2160h" $least)) -}}
{{- end -}}
{{- if gt (include "imagehook.seconds" $certificates.validity | float64) (include "imagehook.seconds" $certificates.caValidity | float64) }}
admission.certificates.validity: is longer than caValidity, that of the authority that signs
{{- end -}}
{{- end -}}

{{- define "imagehook.checkAdmission" -}}
{{- if include "imagehook.admissionOn" . -}}
{{- include "imagehook.checkRules" . -}}
{{- include "imagehook.checkCertificates" . -}}
{{- if not (include "imagehook.admissionWebhooks" . | fromJsonArray) }}
admission: is enabled, but nothing is to be done: set hooks.enabled, images.rules, defaults.rules or fields.rules
{{- end -}}
{{- if and .Values.admission.clientCa (not (contains "-----BEGIN CERTIFICATE-----" .Values.admission.clientCa)) }}
admission.clientCa: holds no PEM certificate (-----BEGIN CERTIFICATE-----)
{{- end -}}
{{- end -}}
{{- end -}}
