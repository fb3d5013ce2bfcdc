{{/*
Secrets, by the name of their value: the file that they are mounted as and the setting that names the file. The program reads
them from there; in the environment they would be shown by everything that shows environments.
*/}}
{{- define "stadttermin.secretFiles" -}}
database: {file: database-url, variable: STADTTERMIN_DATABASE__URL_FILE}
databaseDirect: {file: database-direct-url, variable: STADTTERMIN_DATABASE__DIRECT_URL_FILE}
databaseOwner: {file: database-owner-url, variable: STADTTERMIN_DATABASE__OWNER_URL_FILE}
databaseCa: {file: database-ca, variable: ""}
redis: {file: redis-url, variable: STADTTERMIN_REDIS__URL_FILE}
sentinelPassword: {file: sentinel-password, variable: STADTTERMIN_REDIS__SENTINEL_PASSWORD_FILE}
redisCa: {file: redis-ca, variable: STADTTERMIN_REDIS__CA_FILE}
masterKey: {file: master-key, variable: STADTTERMIN_KEYS__MASTER_FILE}
smtp: {file: smtp-url, variable: STADTTERMIN_MAIL__SMTP_URL_FILE}
sms: {file: lox24-key, variable: STADTTERMIN_SMS__LOX24_KEY_FILE}
telemetry: {file: otlp-headers, variable: STADTTERMIN_TELEMETRY__OTLP_HEADERS_FILE}
telemetryCa: {file: otlp-ca, variable: STADTTERMIN_TELEMETRY__OTLP_CA_FILE}
{{- end -}}

{{/* What a serving or working pod opens. The owner's URL is not among it. */}}
{{- define "stadttermin.serviceSecrets" -}}
["database", "databaseDirect", "databaseCa", "redis", "sentinelPassword", "redisCa", "masterKey", "smtp", "sms", "telemetry", "telemetryCa", "openid"]
{{- end -}}

{{/* The secrets of a pod as one volume. Takes `root` and `secrets`, a list of names. */}}
{{- define "stadttermin.secretVolume" -}}
{{- $files := include "stadttermin.secretFiles" .root | fromYaml -}}
{{- $values := .root.Values.secrets -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
      {{- range $name := .secrets }}
      {{- if eq $name "openid" }}
      {{- range $slug, $ref := $values.openid }}
      - secret: {name: {{ $ref.name | quote }}, items: [{key: {{ $ref.key | quote }}, path: openid-{{ $slug }}}]}
      {{- end }}
      {{- else if (get $values $name).name }}
      {{- $ref := get $values $name }}
      - secret: {name: {{ $ref.name | quote }}, items: [{key: {{ $ref.key | quote }}, path: {{ (get $files $name).file }}}]}
      {{- end }}
      {{- end }}
{{- end -}}

{{/* The variables that name those files. */}}
{{- define "stadttermin.secretVariables" -}}
{{- $files := include "stadttermin.secretFiles" .root | fromYaml -}}
{{- $values := .root.Values.secrets -}}
{{- range $name := .secrets }}
{{- if eq $name "openid" }}
{{- range $slug, $ref := $values.openid }}
- {name: STADTTERMIN_OPENID__SECRET_FILES__{{ upper $slug }}, value: /run/secrets/stadttermin/openid-{{ $slug }}}
{{- end }}
{{- else if and (get $values $name).name (get $files $name).variable }}
- {name: {{ (get $files $name).variable }}, value: /run/secrets/stadttermin/{{ (get $files $name).file }}}
{{- end }}
{{- end }}
{{- end -}}

{{/* What all pods have: no rights in the cluster, no root, no hints of neighbours in the environment (variables of Services
named stadttermin would begin with STADTTERMIN_). */}}
{{- define "stadttermin.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  {{- if .Values.security.runAsUser }}
  runAsUser: {{ .Values.security.runAsUser }}
  runAsGroup: {{ .Values.security.runAsUser }}
  fsGroup: {{ .Values.security.runAsUser }}
  fsGroupChangePolicy: OnRootMismatch
  {{- end }}
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.placement.nodeSelector }}
nodeSelector: {{ toJson . }}
{{- end }}
{{- with .Values.placement.tolerations }}
tolerations: {{ toJson . }}
{{- end }}
{{- with .Values.placement.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* What all containers have. */}}
{{- define "stadttermin.container" -}}
image: {{ include "stadttermin.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Evenly over nodes and zones, each version for itself. Takes `root` and `component`. */}}
{{- define "stadttermin.spread" -}}
{{- with .root.Values.placement.spreadOver }}
topologySpreadConstraints:
  {{- range . }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "stadttermin.selector" $.root | nindent 8 }}
        app.kubernetes.io/component: {{ $.component }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
{{- end }}
{{- end -}}
