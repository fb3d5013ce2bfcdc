# Statistics and incidents.
counting-on = We count how often which step of a booking is reached, without recognising you. You can object for this session.
counting-object = Do not count me
counting-off = Your visits are not counted in this session.
counting-again = Count me again

statistics-may = See statistics of use
statistics-title = Statistics
statistics-lead = This is how often your services are looked at and booked. These are numbers only: who somebody was, the service does not know.
statistics-choose = Span
statistics-weeks = the last { $weeks } weeks
statistics-span = { $from } to { $to }
statistics-starts = The list of services was opened so often: { $count }
statistics-by-day = By day
statistics-by-service = By service
statistics-by-part = By part of the day
statistics-none = There are no numbers for this span yet that are large enough.
statistics-picture = A bar for each day, up to { $top }. The numbers are in the table “All days”.
statistics-legend = Light bar: times seen. Dark bar: booked. The highest bar stands for { $top }.
statistics-service = Service
statistics-times = times seen
statistics-details = details begun
statistics-booked = booked
statistics-part = Part of the day
statistics-part-morning = until noon
statistics-part-afternoon = noon to 5 p.m.
statistics-part-evening = from 5 p.m.
statistics-day = Day
statistics-all-days = All days as a table
statistics-few = fewer than 5
statistics-gone = (no longer offered)
statistics-how = Numbers below 5 are not shown, all others are rounded down to a multiple of 5. Where a small number could be worked out from others, one of those is left out, too. Only days that are over are shown. Who objects is not counted; neither is what is booked by phone.

incidents-may = Note incidents of data protection
incidents-title = Incidents of data protection
incidents-lead = Note every incident here, even if you need not report it. A report to the supervisory authority must be made within 72 hours, on weekends too.
incidents-none = No incident is noted.
incident-new = Note a new incident
incident-title = Incident of data protection
incident-lead = Name nobody, and give no other details of individual people. You can add everything later.
incident-edit = See and add
incident-open = Open
incident-closed = Done
incident-noted = The incident is noted.
incident-name = Short name
incident-name-hint = For example “Email to the wrong list”.
incident-noticed = Noticed on
incident-noticed-hint = When the municipality heard of it. The 72 hours run from then on.
incident-description = What happened?
incident-no-names = When, where, how. Without names.
incident-categories = What kinds of data and of people?
incident-categories-hint = For example “contact data of citizens with an appointment”.
incident-people = About how many people?
incident-people-hint = Leave this empty if you do not know yet.
incident-people-unknown = not known yet
incident-measures = What may follow from it, and what have you done?
incident-authority = Reported to the supervisory authority on
incident-authority-hint = Art. 33 GDPR. Leave this empty as long as nothing is reported.
incident-no-report = Why no report is needed
incident-no-report-hint = Only if there is likely no risk for people.
incident-people-told = Told to the people concerned on
incident-people-told-hint = Art. 34 GDPR: needed when the risk is high.
incident-close = There is nothing left to do
incident-save = Note
incident-report = Report
incident-told = Reported to the supervisory authority in time
incident-told-late = Reported to the supervisory authority after more than 72 hours; the delay must be explained
incident-not-needed = No report needed
incident-running = { $hours ->
    [0] Less than one hour left for the report to the supervisory authority, until { $due }
    [one] { $hours } hour left for the report to the supervisory authority, until { $due }
   *[other] { $hours } hours left for the report to the supervisory authority, until { $due }
}
incident-over = The report to the supervisory authority is overdue since { $due }
