{{- define "imagehook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of everything in the release. A Service's name must begin with a letter and hold no dot; a release's need not. */}}
{{- define "imagehook.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := .Release.Name -}}
{{- if not (contains $name .Release.Name) -}}
{{- $full = printf "%s-%s" .Release.Name $name -}}
{{- end -}}
{{- $full = default $full .Values.fullnameOverride | replace "." "-" -}}
{{- if not (regexMatch "^[a-z]" $full) -}}
{{- $full = printf "imagehook-%s" $full -}}
{{- end -}}
{{- $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "imagehook.selectorLabels" -}}
app.kubernetes.io/name: {{ include "imagehook.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "imagehook.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "imagehook.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "imagehook.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "imagehook.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* A Role's name in a namespace that other releases may share: those of the same name elsewhere differ by the hash. */}}
{{- define "imagehook.targetRoleName" -}}
{{- printf "%s-targets-%s" (include "imagehook.fullname" .) (sha256sum .Release.Namespace | trunc 8) -}}
{{- end -}}

{{- define "imagehook.nodesRoleName" -}}
{{- printf "%s-nodes-%s" (include "imagehook.fullname" .) (sha256sum .Release.Namespace | trunc 8) -}}
{{- end -}}

{{/* A Service's name has 63 characters at most. */}}
{{- define "imagehook.operationsName" -}}
{{- printf "%s-operations" (include "imagehook.fullname" . | trunc 52 | trimSuffix "-") -}}
{{- end -}}

{{- define "imagehook.image" -}}
{{- $global := .Values.global | default dict -}}
{{- $registry := coalesce $global.imageRegistry ($global.cattle | default dict).systemDefaultRegistry .Values.image.registry -}}
{{- $image := .Values.image.repository -}}
{{- $ownHost := regexMatch "^(localhost|[^/]*[.:][^/]*)/" $image -}}
{{- if and $registry (not $ownHost) -}}
{{- $image = printf "%s/%s" (trimSuffix "/" $registry) $image -}}
{{- end -}}
{{- $tag := default .Chart.AppVersion .Values.image.tag -}}
{{- $image = printf "%s:%s" $image (toString $tag) -}}
{{- with .Values.image.digest -}}
{{- $image = printf "%s@%s" $image . -}}
{{- end -}}
{{- $image -}}
{{- end -}}

{{/* Pull Secrets of the chart and of the parent chart; both write them as strings or as {name: …}. */}}
{{- define "imagehook.imagePullSecrets" -}}
{{- $names := list -}}
{{- range concat (.Values.image.pullSecrets | default list) ((.Values.global | default dict).imagePullSecrets | default list) -}}
{{- $names = append $names (kindIs "map" . | ternary . (dict "name" .)) -}}
{{- end -}}
{{- $names | uniq | toJson -}}
{{- end -}}

{{/* One string (commas part) or a list → a JSON array of trimmed, non-empty strings. */}}
{{- define "imagehook.addresses" -}}
{{- $addresses := list -}}
{{- range (kindIs "slice" . | ternary . (splitList "," (toString (default "" .)))) -}}
{{- with trim . -}}
{{- $addresses = append $addresses . -}}
{{- end -}}
{{- end -}}
{{- $addresses | toJson -}}
{{- end -}}
