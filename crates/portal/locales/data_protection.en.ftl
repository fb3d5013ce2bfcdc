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
