# What citizens read in messages.
subject-booked = Appointment on { $when } – { $place }
subject-moved = New time for your appointment: { $when } – { $place }
subject-cancelled = Appointment cancelled: { $when } – { $place }
subject-moved-office = We had to move your appointment: { $when } – { $place }
subject-cancelled-office = Your appointment has to be cancelled: { $when } – { $place }

headline-booked = Your appointment is booked
headline-moved = Your appointment has a new time
headline-cancelled = Your appointment is cancelled
headline-moved-office = Your appointment has a new time
headline-cancelled-office = Your appointment has to be cancelled

greeting = Hello { $name },
intro-booked = You have booked an appointment. Here is everything you need for it.
intro-moved = You have changed your appointment. The old time is free again. Only what is written here applies.
intro-cancelled = The appointment will not take place. There is nothing else you need to do. You can book a new appointment at any time:
intro-moved-office = We are sorry: we had to move your appointment. The old time no longer applies. Only what is written here applies. If the new time does not suit you, please choose another one.
intro-cancelled-office = We are sorry: we had to cancel your appointment. Please do not come at this time. Choose a new appointment. Your request and your details are filled in already.
reason = Reason:
rebook = Choose a new appointment
rebook-secret = Do not share the link. It shows your details.

when = When
time = { $from } to { $until } (local time in Germany)
where = Where
reference = Appointment number
what = Your request
persons = { $name } ({ $count } persons)
fee = Fee: { $fee }
free = Free of charge
bring = Please bring with you:

change = Change or cancel the appointment
change-link = Open this link:
change-code = Your code for changing or cancelling:
change-page = You can enter it on this page:
change-secret = Do not share the link or the code. Whoever has them can change your appointment.
call = You can also reach us by phone: { $phone }
calendar = An entry for your calendar is attached.
calendar-removed = The attachment removes the entry from your calendar.

privacy = Privacy
controller = Responsible for your data:
retention = { $days ->
    [one] We delete your details no later than { $days } day after the appointment.
   *[other] We delete your details no later than { $days } days after the appointment.
}
rights = You can object to the processing or ask us to delete your details earlier. Write to { $email }.
notice = Our privacy notice:
automatic = This message was sent automatically.

calendar-title = Appointment: { $place }, { $town }
calendar-reference = Appointment number: { $reference }
calendar-reminder = Reminder of your appointment

# Letters of GSM 03.38 only: no typographic quotes and dashes.
sms-booked = { $town }: Your appointment: { $when }. Place: { $place }. Number: { $reference }
sms-moved = { $town }: New time for your appointment: { $when }. Place: { $place }. Number: { $reference }
sms-cancelled = { $town }: Your appointment on { $when } is cancelled. Place: { $place }. Number: { $reference }
sms-manage = Change or cancel: { $link }
sms-rebook = New appointment: { $link }
