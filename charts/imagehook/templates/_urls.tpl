{{/* Where a registry calls: {base, from, port}; base is a shell word, since a port that the cluster chose must be asked for. */}}
{{- define "imagehook.base" -}}
{{- $service := printf "service -n %s %s" .Release.Namespace (include "imagehook.fullname" .) -}}
{{- $base := "http://127.0.0.1:9000" -}}
{{- $from := "port-forward" -}}
{{- if .Values.publicUrl -}}
{{- $base = trimSuffix "/" .Values.publicUrl -}}
{{- $from = "publicUrl" -}}
{{- else if .Values.ingress.enabled -}}
{{- $base = printf "%s://%s" (.Values.ingress.tls.enabled | ternary "https" "http") .Values.ingress.host -}}
{{- $from = "ingress" -}}
{{- else if eq .Values.service.type "NodePort" -}}
{{- $port := .Values.service.nodePort | default (printf "$(kubectl get %s -o jsonpath='{.spec.ports[0].nodePort}')" $service) -}}
{{- $base = printf "http://<node address>:%s" (toString $port) -}}
{{- $from = "nodePort" -}}
{{- else if eq .Values.service.type "LoadBalancer" -}}
{{- $base = printf "http://$(kubectl get %s -o jsonpath='{.status.loadBalancer.ingress[0].ip}{.status.loadBalancer.ingress[0].hostname}'):%s" $service (toString .Values.service.port) -}}
{{- $from = "loadBalancer" -}}
{{- end -}}
{{- $https := hasPrefix "https:" $base -}}
{{- $port := $https | ternary "443" "80" -}}
{{- with regexFind ":[0-9]+$" (regexFind "^https?://[^/]*" $base) -}}
{{- $port = trimPrefix ":" . -}}
{{- end -}}
{{- dict "base" $base "from" $from "https" $https "port" (atoi $port) | toJson -}}
{{- end -}}

{{/* The command that prints a hook's token; the token itself is never printed by the chart. */}}
{{- define "imagehook.tokenCommand" -}}
{{- $ref := .hook.tokenSecretRef | default (dict "name" (printf "%s-tokens" (include "imagehook.fullname" .root)) "key" .id) -}}
{{- printf "$(kubectl get secret -n %s %s -o jsonpath='{.data.%s}' | base64 -d | head -n 1)" .root.Release.Namespace $ref.name ($ref.key | replace "." "\\.") -}}
{{- end -}}

{{/* The query of a hook's trigger URL: its token, that of a caller, or none where callers prove themselves otherwise. */}}
{{- define "imagehook.query" -}}
{{- $pairs := list -}}
{{- if or .hook.token .hook.tokenSecretRef (not .hook.callers) -}}
{{- $pairs = append $pairs (printf "token=%s" (include "imagehook.tokenCommand" .)) -}}
{{- end -}}
{{- $token := dict -}}
{{- range .hook.callers -}}
{{- $token = .token | default $token -}}
{{- end -}}
{{- if $token -}}
{{- $by := dict "root" .root "id" .id "hook" (dict "tokenSecretRef" $token.secretRef) -}}
{{- $pairs = append $pairs (printf "%s=%s" (default "token" $token.name) (include "imagehook.tokenCommand" $by)) -}}
{{- end -}}
{{- with $pairs -}}
?{{ join "&" . }}
{{- end -}}
{{- end -}}

{{/* Why a registry's cloud cannot call this address; one reason a line. */}}
{{- define "imagehook.unreachable" -}}
{{- $at := include "imagehook.base" . | fromJson -}}
{{- $port := int $at.port -}}
{{- $http := list 80 21 443 70 210 280 488 591 777 -}}
{{- $aliyun := false -}}
{{- $cloud := not (not .Values.existingConfigMap) -}}
{{- range include "imagehook.entries" . | fromJsonArray -}}
{{- $aliyun = or $aliyun (has .hook.repoType (list "aliyun" "auto")) -}}
{{- $cloud = or $cloud (has .hook.repoType (list "aliyun" "dockerhub" "ghcr" "azure" "ecr" "gar" "auto")) -}}
{{- end -}}
{{- if eq $at.from "port-forward" }}
The Service is a ClusterIP, which no registry outside of the cluster can call: set publicUrl, ingress.enabled or service.type NodePort.
{{- else -}}
{{- if and $cloud (regexMatch "^https?://(localhost|127\\.|10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|[^/:]+\\.(svc|local|internal)([:./]|$))" $at.base) }}
{{ $at.base }} looks like a private address, which the registries of clouds cannot call.
{{- end -}}
{{- if and $aliyun $at.https (ne $port 443) }}
Aliyun calls HTTPS on port 443 only, not on {{ $port }}.
{{- end -}}
{{- if and $aliyun $at.https }}
Aliyun calls HTTPS only where the certificate comes from a public CA: a self-signed one fails.
{{- end -}}
{{- if and $aliyun (not $at.https) (not (has $port $http)) (not (and (ge $port 1025) (le $port 65535))) (ne $at.from "nodePort") }}
Aliyun calls HTTP on port 80, 21, 443, 70, 210, 280, 488, 591, 777 and 1025-65535 only, not on {{ $port }}.
{{- end -}}
{{- if and $cloud (eq $at.from "nodePort") }}
The registries of clouds can call a node only at a public address.
{{- end -}}
{{- end -}}
{{- end -}}
