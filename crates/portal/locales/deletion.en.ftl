# Periods of deletion and receipts.
deletion-may = See periods and receipts of deletion
deletion-title = Periods and receipts of deletion
deletion-lead = The service deletes by itself what it no longer needs. Here you see how long it keeps what, when it last deleted and what is overdue.
deletion-on-time = Nothing is overdue.
deletion-overdue = Deletion is overdue
deletion-overdue-what-to-do = Please tell the operator. As soon as deletion runs again, everything that is overdue is caught up with.
deletion-late = overdue for { $span }
deletion-periods = Periods
deletion-column-what = Data
deletion-column-period = Your period
deletion-column-trigger = begins with
deletion-column-cap = at most
deletion-column-ran = last gone through
deletion-fixed = is fixed
deletion-by-itself = expires by itself
deletion-not-yet = not yet
deletion-checks-title = Looked at after erasures at people’s wish
deletion-checks-lead = About a day after somebody was erased at their wish, the service looks everywhere whether anything of the person is left: in each table with data of people, in messages that wait, and in sessions.
deletion-checks-none = In the last twelve months there was nothing to look at.
deletion-checks = { $count ->
    [one] 1 erasure at somebody’s wish was looked at afterwards, last on { $when }.
   *[other] { $count } erasures at people’s wish were looked at afterwards, last on { $when }.
}
deletion-checks-clean = Nothing was left.
deletion-checks-remains = Of { $count } something was still there. The operator sees that and must put it right. The service looks again every day.
deletion-receipts = Receipts of deletion
deletion-receipts-lead = A receipt says how much was deleted, and nothing of what was deleted. It is signed and holds on to the one before it: whoever changes, removes or invents one is found out. For each day on which something was deleted there is one at most. Receipts are kept for three years.
deletion-verify = Check whether a receipt is missing or was changed
deletion-none = There is no receipt yet. The first is made when something is deleted for the first time.
deletion-sound = { $count ->
    [one] The check is fine: { $count } receipt, none is missing and none was changed.
   *[other] The check is fine: { $count } receipts, none is missing and none was changed.
}
deletion-broken-title = The receipts are no longer complete
deletion-broken = From receipt { $number } on something is missing or was changed. Please tell the operator at once.
deletion-column-number = Number
deletion-column-from = from
deletion-column-to = to
deletion-column-counts = deleted
deletion-column-signed = signed words
deletion-column-signature = signature (Ed25519)
deletion-key = With this key the signatures can be checked outside the service, too (Ed25519):

period-minutes = { $number ->
    [one] { $number } minute
   *[other] { $number } minutes
}
period-hours = { $number ->
    [one] { $number } hour
   *[other] { $number } hours
}
period-days = { $number ->
    [one] { $number } day
   *[other] { $number } days
}
period-months = { $number ->
    [one] { $number } month
   *[other] { $number } months
}
trigger-end = end of the appointment
trigger-cancellation = cancellation
trigger-expiry = expiry
trigger-collection = collection
trigger-sending = sending
trigger-last-use = last use
trigger-year-of-answer = end of the year of the answer
category-appointment = Appointments with personal details
category-cancelled-appointment = Cancelled appointments with personal details
category-voluntary-fields = Address and date of birth, where voluntary
category-hold = Reservations that were not booked
category-person-place = Number of open appointments of an address or number (check values)
category-idempotency-key = Check values against double requests
category-message = Records of messages
category-office-note = The office’s reasons for moving and cancelling
category-given-up-job = Work that was given up
category-sms-count = SMS counted on a day
category-unused-account = User accounts that nobody uses
category-code = Codes to confirm and to sign in
category-sign-in = Sign-ins
category-sign-in-address = IP addresses of sign-ins
category-access-log = Access log
category-session = Sessions
category-limit-counter = Counters against misuse
category-access-key = Access keys of programs
category-audit-trail = Audit trail
category-statistics = Statistics of use
category-support-grant = Access given to the operator
category-incident = Register of incidents
category-privacy-request = Answered requests about data
category-erasure-ledger = Ledger of erasures at people’s wish, with the looks after them
category-deletion-receipt = Receipts of deletion

support-may = See the operator’s access
support-title = The operator’s access
support-lead = The operator sees no data of people at your municipality. When it needs them in order to help you, your administrators can give it access for some hours. Here you see when it had which.
support-list = Access so far
support-none = The operator has not had access yet.
support-reason = Reason
support-by = Given by
support-until = Holds until
support-used = Last used
support-unused = not used
support-open = Open
support-over = Over
support-emergency = Emergency: the operator took access without leave
support-revoked-at = Taken back on { $when }
support-revoke = Take access back
support-new = Give access
support-why = Why does the operator need access?
support-why-hint = The reason is in the audit trail afterwards. Name no people in it.
support-hours = For how many hours does access hold?
support-hours-hint = 1 to { $hours } hours.
support-grant = Give access
support-done = The operator has access now. Each use is in the audit trail.
support-revoked = Access is taken back.
