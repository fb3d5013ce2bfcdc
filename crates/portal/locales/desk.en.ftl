# The work at the office's desk: the day's list, an appointment, the customer database, the phone. Plain English.
desk-may-day = Appointments of a day
desk-may-book = Book an appointment on the phone
desk-may-search = Search customers
desk-count = { $count ->
    [0] no appointments
    [one] { $count } appointment
   *[other] { $count } appointments
}
desk-turn = Change the day
desk-day-before = Day before
desk-day-after = Day after
desk-today = Today
desk-place = Location
desk-state = State
desk-show = Show
desk-all-open = all but cancelled ones
desk-all = all
desk-nobody = There are no appointments here on this day.
desk-time = Time
desk-who = Name
desk-counter = Counter
desk-erased = Details erased
desk-status-PENDING = waits for confirmation
desk-status-CONFIRMED = booked
desk-status-CHECKED_IN = is here
desk-status-CALLED = called
desk-status-SERVING = being served
desk-status-COMPLETED = done
desk-status-NO_SHOW = did not come
desk-status-CANCELLED = cancelled

desk-file-title = Appointment { $reference }
desk-to-day = To the list of the day
desk-correct = Correct the details
desk-correct-save = Save the details
desk-more-details = Other voluntary details
desk-done-contact = The details are saved.
desk-done-cancelled = The appointment is cancelled.
desk-done-moved = The appointment is moved.
desk-move = Move the appointment
desk-cancel = Cancel the appointment
desk-cancel-now = Cancel now
desk-note = Message to the person
desk-note-hint = At most 500 characters. It is part of the mail about the change.
desk-history = History
desk-history-booked = booked for { $when }
desk-history-moved = moved from { $from } to { $to }
desk-history-corrected = details corrected
desk-history-cancelled = cancelled
desk-by-citizen = citizen
desk-by-account = citizen with an account
desk-by-staff = office
desk-by-program = program of the office
desk-by-service = service
desk-message-mail-citizen = mail to the person
desk-message-mail-office = mail to the office
desk-message-sms-citizen = text message to the person
desk-message-sms-office = text message to the office
desk-message-waiting = waiting
desk-message-sent = sent
desk-message-failed = could not be delivered
desk-message-skipped = not needed any more
desk-message-unknown = uncertain
desk-message-over-budget = not sent, the budget for text messages is used up
desk-about-booked = booking
desk-about-moved = move
desk-about-cancelled = cancellation
desk-move-title = Move appointment { $reference }
desk-move-now = So far: { $when }
desk-move-lead = A click on a time moves the appointment. The person gets a message if we have an address of theirs.
desk-from-day = From which day on
desk-no-times = From this day on no time is free in the calendar.

desk-customers-title = Search customers
desk-customers-lead = You find everybody who has or had an appointment at your location, as long as their details are kept. The audit trail says that somebody searched, but not for what.
desk-search-words = What are you looking for?
desk-search-by = This is
desk-search-name = the last name
desk-search-phone = the phone number
desk-search-mail = the e-mail address
desk-search-reference = the appointment's reference
desk-search = Search
desk-found = { $count ->
    [0] Nobody found
    [one] { $count } person found
   *[other] { $count } people found
}
desk-found-more = There is more. You see the 50 latest appointments. Search by phone number or reference.

desk-book-title = Book an appointment on the phone
desk-show-times = Show free times
desk-free-times = Free times
desk-persons = People
desk-held-until = Held for you until { $time }.
desk-language = Language of the messages
desk-book-now = Book the appointment
desk-booked-title = The appointment is booked
desk-booked-no-mail = No mail will be sent. Please read the details out.
desk-booked-mail = A confirmation goes to { $email }.
desk-read-out = To read out
desk-code-title = Code for moving and cancelling
desk-code-lead = With this code the person can change the appointment: { $address }. On the phone the reference is enough.
desk-book-next = Book the next appointment
desk-open = Open the appointment

desk-reopen = End the closure
desk-reopen-draft = End the closure from { $from }
