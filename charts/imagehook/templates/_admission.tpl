{{/* "true" where admission reviews are answered, else nothing. Values kept from an older chart (--reuse-values) have no such key. */}}
{{- define "imagehook.admissionOn" -}}
{{- if (.Values.admission | default dict).enabled -}}
true
{{- end -}}
{{- end -}}

{{/* "true" where the service makes its certificates itself. */}}
{{- define "imagehook.admissionOwnCertificates" -}}
{{- if and (include "imagehook.admissionOn" .) (eq .Values.admission.certificates.mode "selfManaged") -}}
true
{{- end -}}
{{- end -}}

{{/* The name of both webhook configurations and of the ClusterRole: they belong to no namespace, so that of the release is hashed in. */}}
{{- define "imagehook.admissionName" -}}
{{- printf "%s-admission-%s" (include "imagehook.fullname" .) (sha256sum .Release.Namespace | trunc 8) -}}
{{- end -}}

{{/* A Service's name has 63 characters at most. */}}
{{- define "imagehook.admissionService" -}}
{{- printf "%s-admission" (include "imagehook.fullname" . | trunc 53 | trimSuffix "-") -}}
{{- end -}}

{{/* The Secret that the pod mounts; empty where the service keeps its own. */}}
{{- define "imagehook.admissionCertSecret" -}}
{{- $mode := .Values.admission.certificates.mode -}}
{{- if eq $mode "certManager" -}}
{{- include "imagehook.fullname" . }}-admission-cert
{{- else if eq $mode "provided" -}}
{{- .Values.admission.certificates.existingSecret -}}
{{- end -}}
{{- end -}}

{{/* The webhooks that are on: a JSON array of {name, path, settings}. Without rules a webhook has nothing to do, so it is not there. */}}
{{- define "imagehook.admissionWebhooks" -}}
{{- $on := list -}}
{{- if include "imagehook.admissionOn" . -}}
{{- $admission := .Values.admission -}}
{{- if $admission.hooks.enabled -}}
{{- $on = append $on (dict "name" "hooks" "path" "/validate-hooks" "settings" $admission.hooks) -}}
{{- end -}}
{{- range $name, $path := dict "defaults" "/mutate-fields" "fields" "/validate-fields" "images" "/validate-images" -}}
{{- $settings := get $admission $name -}}
{{- if $settings.rules -}}
{{- $on = append $on (dict "name" $name "path" $path "settings" $settings) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $on | toJson -}}
{{- end -}}

{{/* The rules in the service's own spelling. JSON is YAML too, and leaves no text to be taken for a number or a boolean. */}}
{{- define "imagehook.admissionRulesFile" -}}
{{- $images := list -}}
{{- range .Values.admission.images.rules -}}
{{- $rule := omit . "forbidTags" "requireDigest" -}}
{{- if hasKey . "forbidTags" -}}
{{- $_ := set $rule "forbid-tags" .forbidTags -}}
{{- end -}}
{{- if hasKey . "requireDigest" -}}
{{- $_ := set $rule "require-digest" .requireDigest -}}
{{- end -}}
{{- $images = append $images $rule -}}
{{- end -}}
{{- dict "images" $images "defaults" .Values.admission.defaults.rules "fields" .Values.admission.fields.rules | toPrettyJson -}}
{{- end -}}

{{/* "deployments.apps/scale" → {resource, group, subResource}; without a group it is any: "*". "pods." is of the core group. */}}
{{- define "imagehook.admissionResource" -}}
{{- $slash := splitn "/" 2 . -}}
{{- $dot := splitn "." 2 $slash._0 -}}
{{- $group := contains "." $slash._0 | ternary $dot._1 "*" -}}
{{- dict "resource" $dot._0 "group" $group "subResource" ($slash._1 | default "") | toJson -}}
{{- end -}}

{{/* Which requests the rules of `fields` or `defaults` ask for: the JSON array of `rules` of a webhook, without doubles. */}}
{{- define "imagehook.admissionAsked" -}}
{{- $asked := dict -}}
{{- range .rules -}}
{{- $operations := .match.operations | default (list "CREATE" "UPDATE") | uniq | sortAlpha -}}
{{- range .match.resources -}}
{{- $parts := include "imagehook.admissionResource" . | fromJson -}}
{{- $key := printf "%s %s" $parts.group (join "," $operations) -}}
{{- $resource := $parts.subResource | empty | ternary $parts.resource (printf "%s/%s" $parts.resource $parts.subResource) -}}
{{- $same := get $asked $key | default (dict "apiGroups" (list $parts.group) "apiVersions" (list "*") "operations" $operations "resources" list) -}}
{{- $_ := set $same "resources" (append $same.resources $resource | uniq | sortAlpha) -}}
{{- $_ := set $asked $key $same -}}
{{- end -}}
{{- end -}}
{{- $rules := list -}}
{{- range $key := keys $asked | sortAlpha -}}
{{- $rules = append $rules (get $asked $key) -}}
{{- end -}}
{{- $rules | toJson -}}
{{- end -}}

{{/* Where images run: pods, and whatever makes pods. */}}
{{- define "imagehook.admissionImageRules" -}}
{{- $operations := list "CREATE" "UPDATE" -}}
{{- $versions := list "*" -}}
{{- list
  (dict "apiGroups" (list "") "apiVersions" $versions "operations" $operations "resources" (list "pods" "pods/ephemeralcontainers" "replicationcontrollers"))
  (dict "apiGroups" (list "apps") "apiVersions" $versions "operations" $operations "resources" (list "daemonsets" "deployments" "replicasets" "statefulsets"))
  (dict "apiGroups" (list "batch") "apiVersions" $versions "operations" $operations "resources" (list "cronjobs" "jobs")) | toJson -}}
{{- end -}}

{{/* The namespaces that the API server asks about: never its own and those of the cluster, only those that all rules name where all name some
in full, and of these the user's choice. */}}
{{- define "imagehook.admissionNamespaces" -}}
{{- $settings := .settings -}}
{{- $excluded := list .root.Release.Namespace "kube-system" "kube-node-lease" -}}
{{- $expressions := list (dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $excluded) -}}
{{- $named := list -}}
{{- $isAny := false -}}
{{- range $settings.rules -}}
{{- $names := (.match | default dict).namespaces | default list -}}
{{- $isAny = or $isAny (empty $names) (contains "*" (join "" $names)) -}}
{{- $named = concat $named $names -}}
{{- end -}}
{{- if not $isAny -}}
{{- $expressions = append $expressions (dict "key" "kubernetes.io/metadata.name" "operator" "In" "values" ($named | uniq | sortAlpha)) -}}
{{- end -}}
{{- $selector := dict "matchExpressions" (concat $expressions ($settings.namespaceSelector.matchExpressions | default list)) -}}
{{- with $settings.namespaceSelector.matchLabels -}}
{{- $_ := set $selector "matchLabels" . -}}
{{- end -}}
{{- $selector | toJson -}}
{{- end -}}

{{/* What is never asked about, whatever the rules say: a node must come up, and what is deleted must go, whoever answers or does not. Nodes
create mirror pods only, which run already. Then the user's own conditions. Before Kubernetes 1.28 there are none. */}}
{{- define "imagehook.admissionConditions" -}}
{{- $conditions := list -}}
{{- if semverCompare ">=1.28.0-0" .root.Capabilities.KubeVersion.Version -}}
{{- $conditions = list
  (dict "name" "not-a-node" "expression" "!has(request.userInfo.groups) || !('system:nodes' in request.userInfo.groups)")
  (dict "name" "not-a-cleanup" "expression" "!(request.userInfo.username in ['system:serviceaccount:kube-system:generic-garbage-collector', 'system:serviceaccount:kube-system:namespace-controller'])") -}}
{{- $conditions = concat $conditions .settings.matchConditions -}}
{{- end -}}
{{- $conditions | toJson -}}
{{- end -}}

{{/* One entry of a webhook configuration, from {root, name, path, settings}. */}}
{{- define "imagehook.admissionWebhook" -}}
name: {{ .name }}.imagehook.dev
admissionReviewVersions: [v1, v1beta1]
sideEffects: None
matchPolicy: Equivalent
failurePolicy: {{ .settings.failurePolicy }}
timeoutSeconds: {{ .settings.timeoutSeconds }}
{{- if eq .name "defaults" }}
reinvocationPolicy: IfNeeded
{{- end }}
clientConfig:
  service:
    name: {{ include "imagehook.admissionService" .root }}
    namespace: {{ .root.Release.Namespace | quote }}
    path: {{ .path }}
    port: 443
  {{- if eq .root.Values.admission.certificates.mode "provided" }}
  caBundle: {{ b64enc .root.Values.admission.certificates.caBundle }}
  {{- end }}
{{- if eq .name "hooks" }}
namespaceSelector:
  matchLabels:
    kubernetes.io/metadata.name: {{ .root.Release.Namespace | quote }}
objectSelector:
  matchLabels:
    imagehook.dev/hooks: "true"
rules:
  - apiGroups: [""]
    apiVersions: ["*"]
    operations: [CREATE, UPDATE]
    resources: [configmaps]
{{- else }}
namespaceSelector:
  {{- include "imagehook.admissionNamespaces" . | fromJson | toYaml | nindent 2 }}
{{- with include "imagehook.admissionConditions" . | fromJsonArray }}
matchConditions:
  {{- toYaml . | nindent 2 }}
{{- end }}
rules:
  {{- if eq .name "images" }}
  {{- include "imagehook.admissionImageRules" . | fromJsonArray | toYaml | nindent 2 }}
  {{- else }}
  {{- include "imagehook.admissionAsked" .settings | fromJsonArray | toYaml | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The environment of the admission port: a JSON array of [name, value]. */}}
{{- define "imagehook.admissionEnv" -}}
{{- $env := list -}}
{{- if include "imagehook.admissionOn" . -}}
{{- $env = list (list "ADMISSION_PORT" 8443) (list "ADMISSION_RULES" "/etc/imagehook/admission") -}}
{{- if include "imagehook.admissionOwnCertificates" . -}}
{{- $env = concat $env (list
  (list "ADMISSION_SECRET" (printf "%s-admission-tls" (include "imagehook.fullname" .)))
  (list "ADMISSION_SERVICE" (include "imagehook.admissionService" .))
  (list "ADMISSION_CONFIGURATION" (include "imagehook.admissionName" .))
  (list "ADMISSION_CA_VALIDITY" .Values.admission.certificates.caValidity)
  (list "ADMISSION_CERT_VALIDITY" .Values.admission.certificates.validity)) -}}
{{- else -}}
{{- $env = append $env (list "ADMISSION_CERT_DIR" "/etc/imagehook/admission-certs") -}}
{{- end -}}
{{- if .Values.admission.clientCa -}}
{{- $env = append $env (list "ADMISSION_CLIENT_CA" "/etc/imagehook/admission/client-ca.crt") -}}
{{- end -}}
{{- end -}}
{{- $env | toJson -}}
{{- end -}}
