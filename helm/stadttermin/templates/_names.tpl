{{/* What the objects are called. Short enough for what is put behind it. */}}
{{- define "stadttermin.name" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What finds the pods of the release; never changes, because a Deployment's selector cannot. */}}
{{- define "stadttermin.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "stadttermin.labels" -}}
{{ include "stadttermin.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: stadttermin
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "stadttermin.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* All hosts: the wildcard of the base domain, then the municipalities' own. */}}
{{- define "stadttermin.hosts" -}}
{{- $hosts := list (printf "*.%s" .Values.config.server.base_domain) -}}
{{- range .Values.ownDomains }}{{ $hosts = append $hosts .host }}{{ end -}}
{{ toJson $hosts }}
{{- end -}}
