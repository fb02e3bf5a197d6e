{{/* The data of the mail Secret as the environment wants it, base64 of the password and of the CA: a JSON object, {} when it needs none. */}}
{{- define "imagehook.mailSecret" -}}
{{- $mail := .Values.mail -}}
{{- $data := dict -}}
{{- if $mail.passwordBase64 -}}
{{- $_ := set $data "MAIL_PASSWORD" $mail.passwordBase64 -}}
{{- else if $mail.password -}}
{{- $_ := set $data "MAIL_PASSWORD" (b64enc $mail.password) -}}
{{- end -}}
{{- if $mail.caCertBase64 -}}
{{- $_ := set $data "MAIL_CACERT" $mail.caCertBase64 -}}
{{- else if $mail.caCert -}}
{{- $_ := set $data "MAIL_CACERT" (b64enc $mail.caCert) -}}
{{- end -}}
{{- $data | toJson -}}
{{- end -}}

{{/* What mail.existingSecret gives: a JSON array of {key, variable, path}. */}}
{{- define "imagehook.existingMailKeys" -}}
{{- $secret := .Values.mail.existingSecret -}}
{{- $keys := list -}}
{{- if $secret.name -}}
{{- with $secret.passwordKey -}}
{{- $keys = append $keys (dict "key" . "variable" "MAIL_PASSWORD" "path" "password") -}}
{{- end -}}
{{- with $secret.caCertKey -}}
{{- $keys = append $keys (dict "key" . "variable" "MAIL_CACERT" "path" "ca.crt") -}}
{{- end -}}
{{- end -}}
{{- $keys | toJson -}}
{{- end -}}

{{/* A Secret in plain text is mounted and named by MAIL_PASSWORD_FILE, since MAIL_PASSWORD is always base64. */}}
{{- define "imagehook.mountsMail" -}}
{{- if and .Values.mail.existingSecret.name (ne .Values.mail.existingSecret.encoding "base64") -}}true{{- end -}}
{{- end -}}

{{- define "imagehook.secretVariable" -}}
{{- dict "name" .variable "valueFrom" (dict "secretKeyRef" (dict "name" .secret "key" .key)) | toJson -}}
{{- end -}}

{{/* The environment that comes from Secrets: a JSON array. */}}
{{- define "imagehook.mailSecretEnv" -}}
{{- $env := list -}}
{{- range $variable := include "imagehook.mailSecret" . | fromJson | keys | sortAlpha -}}
{{- $secret := printf "%s-mail" (include "imagehook.fullname" $) -}}
{{- $env = append $env (include "imagehook.secretVariable" (dict "variable" $variable "secret" $secret "key" $variable) | fromJson) -}}
{{- end -}}
{{- range include "imagehook.existingMailKeys" . | fromJsonArray -}}
{{- if include "imagehook.mountsMail" $ -}}
{{- $env = append $env (dict "name" (printf "%s_FILE" .variable) "value" (printf "/etc/imagehook/mail/%s" .path)) -}}
{{- else -}}
{{- $secret := $.Values.mail.existingSecret.name -}}
{{- $env = append $env (include "imagehook.secretVariable" (dict "variable" .variable "secret" $secret "key" .key) | fromJson) -}}
{{- end -}}
{{- end -}}
{{- $env | toJson -}}
{{- end -}}
