{{/* The channels that are set up: a JSON map of name → settings. */}}
{{- define "imagehook.channels" -}}
{{- $channels := dict -}}
{{- range $name, $channel := .Values.channels -}}
{{- if $channel -}}
{{- $_ := set $channels $name $channel -}}
{{- end -}}
{{- end -}}
{{- $channels | toJson -}}
{{- end -}}

{{/* The file of channels, empty where there are none; what it takes from Secrets is mounted beside it. */}}
{{- define "imagehook.channelsFile" -}}
{{- $list := list -}}
{{- range $name, $channel := include "imagehook.channels" . | fromJson -}}
{{- $entry := dict "name" $name "type" $channel.type -}}
{{- with $channel.url -}}
{{- $_ := set $entry "url" . -}}
{{- end -}}
{{- with $channel.urlSecretRef -}}
{{- $_ := set $entry "url" (dict "file" (printf "/etc/imagehook/channels/secrets/%s/%s" .name .key)) -}}
{{- end -}}
{{- with $channel.secretRef -}}
{{- $_ := set $entry "secret" (dict "file" (printf "/etc/imagehook/channels/secrets/%s/%s" .name .key)) -}}
{{- end -}}
{{- if $channel.insecure -}}
{{- $_ := set $entry "insecure" true -}}
{{- end -}}
{{- $list = append $list $entry -}}
{{- end -}}
{{- if $list -}}
{{- dict "channels" $list | toJson -}}
{{- end -}}
{{- end -}}

{{/* What is mounted at /etc/imagehook/channels: the file, and the Secrets that channels name, a folder each. Mode 0440. */}}
{{- define "imagehook.channelsVolume" -}}
{{- $bySecret := dict -}}
{{- range include "imagehook.channels" . | fromJson -}}
{{- range $ref := compact (list .urlSecretRef .secretRef) -}}
{{- $item := dict "key" $ref.key "path" (printf "secrets/%s/%s" $ref.name $ref.key) -}}
{{- $_ := set $bySecret $ref.name (append (get $bySecret $ref.name | default list) $item | uniq) -}}
{{- end -}}
{{- end -}}
projected:
  defaultMode: 288
  sources:
    - secret:
        name: {{ include "imagehook.fullname" . }}-channels
    {{- range $secret := keys $bySecret | sortAlpha }}
    - secret:
        name: {{ $secret | quote }}
        items:
          {{- get $bySecret $secret | toYaml | nindent 10 }}
    {{- end }}
{{- end -}}

{{- define "imagehook.checkChannels" -}}
{{- range $name, $channel := include "imagehook.channels" . | fromJson -}}
{{- $where := printf "channels.%s" $name -}}
{{- if not (regexMatch "^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$" $name) }}
channels: {{ $name | quote }} is no channel's name: lower-case letters, digits and "-", 40 at most
{{- else if eq $name "mail" }}
channels: mail is what mails go by, choose another name
{{- end -}}
{{- if and $channel.url $channel.urlSecretRef }}
{{ $where }}: set url or urlSecretRef, not both
{{- else if $channel.url -}}
{{- if not (regexMatch "^https?://[^/\\s@]+(/\\S*)?$" $channel.url) }}
{{ $where }}.url: is not like https://receiver.example.com/rollouts
{{- else if and (hasPrefix "http:" $channel.url) (not $channel.insecure) }}
{{ $where }}.url: is not encrypted: use https, or set insecure: true where only this cluster can read along
{{- end -}}
{{- else if not $channel.urlSecretRef }}
{{ $where }}: set url or urlSecretRef
{{- end -}}
{{- if and (eq $channel.type "webhook") (not $channel.secretRef) }}
{{ $where }}.secretRef: name the Secret and key that hold what it is signed with: echo whsec_$(openssl rand -base64 32)
{{- end -}}
{{- end -}}
{{- end -}}
