{{/* The environment that the chart itself sets: a JSON array; extraEnv may not name any of these again. */}}
{{- define "imagehook.env" -}}
{{- $mail := .Values.mail -}}
{{- $cattle := (.Values.global | default dict).cattle | default dict -}}
{{- $rancher := hasPrefix "https://" (toString $cattle.url) -}}
{{- $plain := list
  (list "HOST" .Values.host)
  (list "PORT" 9000)
  (list "LOG_LEVEL" .Values.log.level)
  (list "LOG_FORMAT" .Values.log.format)
  (list "ROLLOUT_DEADLINE" .Values.rolloutDeadline)
  (list "SHUTDOWN_DELAY" .Values.shutdownDelay)
  (list "DIAGNOSE_EVENTS" (.Values.diagnose.events | ternary "true" ""))
  (list "DIAGNOSE_LOGS" (.Values.diagnose.logs | ternary "true" ""))
  (list "LEASE_NAME" (include "imagehook.fullname" .))
  (list "OPERATIONS_PORT" 9001)
  (list "API_TOKEN_FILE" (include "imagehook.apiTokenVolume" . | empty | ternary "" "/etc/imagehook/api/token"))
  (list "PUBLIC_URL" .Values.publicUrl)
  (list "WEBHOOK_CMD" .Values.webhookCmd)
  (list "MAIL_FROM" $mail.from)
  (list "MAIL_TO" (include "imagehook.addresses" $mail.to | fromJsonArray | join ","))
  (list "MAIL_OWNER_DOMAINS" (join "," $mail.ownerDomains))
  (list "CHANNELS_FILE" (empty (include "imagehook.channelsFile" .) | ternary "" "/etc/imagehook/channels/channels.yaml"))
  (list "NOTIFY_RETRY_FIRST" .Values.notify.retryFirst)
  (list "NOTIFY_RETRY_FOR" .Values.notify.retryFor)
  (list "RANCHER_URL" ($rancher | ternary $cattle.url ""))
  (list "RANCHER_CLUSTER" ($rancher | ternary $cattle.clusterId "")) -}}
{{- if $mail.smtpServer -}}
{{- $plain = concat $plain (list
  (list "MAIL_SMTP_SERVER" $mail.smtpServer)
  (list "MAIL_SMTP_PORT" (int $mail.smtpPort))
  (list "MAIL_LANGUAGE" $mail.language)
  (list "MAIL_TLS_CHECK" (toString $mail.tlsCheck))
  (list "MAIL_TLS_MODE" $mail.tlsMode)) -}}
{{- end -}}
{{- with .Values.commands -}}
{{- if .enabled -}}
{{- $plain = concat $plain (list
  (list "COMMANDS_ENABLED" "true")
  (list "COMMANDS_TIMEOUT" .timeout)
  (list "COMMANDS_CONCURRENCY" (int .concurrency))
  (list "COMMANDS_QUEUE" (toString (int .queue)))
  (list "COMMANDS_ENVIRONMENT" (join "," .environment))) -}}
{{- end -}}
{{- end -}}
{{- $plain = concat $plain (include "imagehook.admissionEnv" . | fromJsonArray) -}}
{{- $env := list -}}
{{- range $plain -}}
{{- if toString (last . | default "") -}}
{{- $env = append $env (dict "name" (first .) "value" (toString (last .))) -}}
{{- end -}}
{{- end -}}
{{- concat $env (include "imagehook.mailSecretEnv" . | fromJsonArray) | toJson -}}
{{- end -}}

{{/* What is mounted at /etc/webhook/source. The ConfigMap from `hooks` is there even when empty, so that a first hook restarts nothing;
beside a ConfigMap of the user's own it takes a file name that this one is unlikely to have. */}}
{{- define "imagehook.hooksVolume" -}}
{{- $generated := printf "%s-hooks" (include "imagehook.fullname" .) -}}
{{- if .Values.existingConfigMap -}}
projected:
  sources:
    - configMap:
        name: {{ .Values.existingConfigMap | quote }}
    - configMap:
        name: {{ $generated }}
        items:
          - key: hooks.json
            path: imagehook-values.json
{{- else -}}
configMap:
  name: {{ $generated }}
{{- end -}}
{{- end -}}

{{/* What is mounted at /etc/imagehook/callers: the Secrets that callers name, a folder each; empty where none is named. */}}
{{- define "imagehook.callersVolume" -}}
{{- $bySecret := dict -}}
{{- range include "imagehook.entries" . | fromJsonArray -}}
{{- range .hook.callers -}}
{{- range $kind, $caller := . -}}
{{- if not (has $kind (list "networks" "oidc" "sns")) -}}
{{- $ref := $caller.secretRef -}}
{{- $item := dict "key" $ref.key "path" (printf "%s/%s" $ref.name $ref.key) -}}
{{- $_ := set $bySecret $ref.name (append (get $bySecret $ref.name | default list) $item | uniq) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $bySecret -}}
projected:
  defaultMode: 288
  sources:
    {{- range $secret := keys $bySecret | sortAlpha }}
    - secret:
        name: {{ $secret | quote }}
        items:
          {{- get $bySecret $secret | toYaml | nindent 10 }}
    {{- end }}
{{- end -}}
{{- end -}}

{{/* What is mounted at /etc/imagehook/api: the tokens of the API as the file `token`; empty where there is no API. */}}
{{- define "imagehook.apiTokenVolume" -}}
{{- $ref := .Values.operations.apiTokenSecretRef -}}
{{- if .Values.operations.apiToken -}}
{{- $ref = dict "name" (printf "%s-api" (include "imagehook.fullname" .)) "key" "token" -}}
{{- end -}}
{{- if $ref.name -}}
secret:
  secretName: {{ $ref.name | quote }}
  defaultMode: 288
  items:
    - key: {{ $ref.key | quote }}
      path: token
{{- end -}}
{{- end -}}

{{/* What is mounted at /etc/imagehook/tokens: one file per hook, named by its id. Mode 0440, readable by fsGroup. */}}
{{- define "imagehook.tokensVolume" -}}
{{- $bySecret := dict -}}
{{- range include "imagehook.entries" . | fromJsonArray -}}
{{- $id := .id -}}
{{- with .hook.tokenSecretRef -}}
{{- $_ := set $bySecret .name (append (get $bySecret .name | default list) (dict "key" .key "path" $id)) -}}
{{- end -}}
{{- end -}}
projected:
  defaultMode: 288
  sources:
    - secret:
        name: {{ include "imagehook.fullname" . }}-tokens
    {{- range $secret := keys $bySecret | sortAlpha }}
    - secret:
        name: {{ $secret | quote }}
        items:
          {{- get $bySecret $secret | toYaml | nindent 10 }}
    {{- end }}
{{- end -}}
