# For data protection: record and proof.
record-may = Read the record of processing activities
record-title = Record of processing activities
record-lead = What the service does with personal data (Art. 30(1) GDPR). It is made from your municipality's settings and from the program. There is nothing for you to keep up. Its content is German.
record-lead-processor = What you process for the municipalities (Art. 30(2) GDPR). It is made from the municipalities' settings and from the program. Its content is German.
record-file = Download as a sheet (CSV)
record-controller = Controller
record-officer = Data protection
record-no-officer = Nobody is entered. Ask the operator to do it.
record-basis = Legal basis
record-people = Data subjects
record-category = Kind of data
record-holds = Content
record-recipients = Recipients
record-period = Period
record-sealed = Encrypted per person
record-yes = yes
record-no = no
record-store = Place
record-role = Task
record-name = Company
record-contract = Contract of
record-measures = Technical and organisational measures
record-activities = Processing
record-processors = Further processors
record-none = There is no municipality yet.

evidence-may = Read the proof of the privacy notice
evidence-title = Proof of the privacy notice
evidence-lead = What the notice says is looked at in the running service, statement by statement. You see the latest result. Statements and evidence are German.
evidence-when = Looked at on { $when }, version { $version } of the notice.
evidence-never = Nobody has looked yet. Ask the operator to run “stadttermin privacy proof”.
evidence-clean = No statement is violated
evidence-broken = At least one statement is violated
evidence-broken-next = The violated statements come first. Report them to the operator.
evidence-count-holds = { $count ->
    [one] 1 statement holds
   *[other] { $count } statements hold
}
evidence-count-violated = { $count ->
    [0] none violated
    [one] 1 violated
   *[other] { $count } violated
}
evidence-count-unchecked = { $count ->
    [0] all checked
   *[other] { $count } cannot be checked from here
}
evidence-number = Number
evidence-says = Statement
evidence-section = Section { $section }
evidence-verdict = Result
evidence-seen = Evidence
evidence-holds = holds
evidence-violated = violated
evidence-unchecked = cannot be checked
evidence-file = Download as JSON

notice-versions = All versions
notice-versions-lead = Every version stays readable. The check value (SHA-256) shows that it was not changed.
notice-versions-number = Version
notice-versions-since = in force from
notice-versions-hash = Check value
notice-easy = This notice in German easy to read (Leichte Sprache)
notice-plain = This notice in everyday language

recipients-may = See recipients of data and object to new ones
recipients-title = Recipients of data
recipients-lead = These companies get data of your citizens (Art. 28 GDPR). When the operator wants to change that, it is announced here before. Until that day your municipality can object. While it objects, the change does not take effect.
recipients-announced-title = Announced changes
recipients-none = No change is announced.
recipients-now = These recipients are in force now
recipients-past = Earlier changes
recipients-add = New from { $day } on: { $name }
recipients-remove = No longer from { $day } on: { $name }
recipients-coming = In force from that day on
recipients-objected = Your municipality objects: not in force
recipients-withdrawn = taken back on { $when }
recipients-in-force-since = in force since { $when }
recipients-role = Task
recipients-role-operator = runs the service
recipients-role-hosting = hosting
recipients-role-sms = sends SMS
recipients-role-email = sends e-mails
recipients-role-other = something else
recipients-purpose = What for
recipients-address = Address
recipients-place = Where the data are processed
recipients-contract = Contract of
recipients-announced = Announced on
recipients-objection = Objection
recipients-why = Why do you object?
recipients-why-hint = The operator reads the reason. Do not name people. 5 to 500 characters.
recipients-object = Object
recipients-accept = Take the objection back
recipients-accept-lead = If the day is over, the change takes effect at once when you take the objection back.
recipients-done-objected = Your objection is noted. The change does not take effect. The operator sees the reason.
recipients-done-accepted = The objection is taken back.
