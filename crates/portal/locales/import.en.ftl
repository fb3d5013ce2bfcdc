# Taking over from other systems. Plain words, says what to do.
import-may = Take over appointments and absences from another system
import-title = Take over from another system
import-lead = Choose a file. First you see what would become of it. Nothing happens before you start. The file is not kept.
import-template = Download a template for a table (CSV)
import-kind = What is in the file?
import-appointments = Appointments of citizens
import-absences = Absences
import-absences-label = Absences and closures, without anything about people
import-file = File
import-file-hint = A table (CSV) or a calendar (iCalendar, .ics), at most { $limit } kilobytes and 2000 entries. Please split larger files.
import-place = Location or counter
import-place-hint = For entries of which the file names none.
import-from-file = as the file says
import-service = Service, where the file names none
import-reason = Reason of the absences, read by everybody
import-tells = Send people a confirmation with the link to their appointment
import-titles = Use the titles of entries: as names of people or as reasons of absences. They are dropped otherwise.
import-look = Check the file
import-list = What was taken over before
import-none = Nothing was taken over yet.
import-row = { $made } taken over, { $refused } not
import-draft = See the draft
import-undo = Take back
import-undo-hint = Taking back cancels those appointments that nobody has changed since. Who got a confirmation gets the cancellation, too. Absences are taken back in the calendar.
import-is-undone = taken back
import-undone = Taken back: { $cancelled }. Stayed: { $kept }.
import-look-title = What becomes of the file
import-look-lead = Nothing is taken over yet. Look at what cannot be, and change it in the file if need be.
import-done-title = What came of it
import-done-lead = What is taken over holds at once. You can choose the same file again: nothing is made twice.
import-count-made = { $count ->
    [one] { $count } entry is taken over
   *[other] { $count } entries are taken over
}
import-count-new = { $count ->
    [one] { $count } entry can be taken over
   *[other] { $count } entries can be taken over
}
import-count-known = { $count ->
    [one] { $count } entry is there already
   *[other] { $count } entries are there already
}
import-count-refused = { $count ->
    [one] { $count } entry is not taken over
   *[other] { $count } entries are not taken over
}
import-count-hits = { $count ->
    [one] { $count } appointment lies in these absences. You decide about it in the draft.
   *[other] { $count } appointments lie in these absences. You decide about them in the draft.
}
import-ignored = We do not know these columns. They are left out: { $columns }
import-to-draft = See and publish the draft
import-will-tell = Everybody with an e-mail address gets a confirmation.
import-will-not-tell = Nobody gets a message.
import-run = Take over now
import-go-on = Go on
import-reasons = What is not taken over
import-entries = Entries of the file
import-cut = These are the first { $count } entries. What is not taken over comes first.
import-line = Line
import-when = Time
import-where = Location
import-outcome = Outcome
import-outcome-made = taken over
import-outcome-new = can be taken over
import-outcome-known = there already
