# What messages about accounts say: to citizens and to people of the office.
account-subject-register = Please confirm your e-mail address – { $town }
account-subject-sign-in = Your code for signing in – { $town }
account-subject-change-email = Please confirm your new e-mail address – { $town }
account-subject-invite = Your access to the appointment office – { $town }
account-subject-already-registered = You already have an account – { $town }
account-subject-email-changed = Your e-mail address was changed – { $town }
account-subject-password-changed = Your password was changed – { $town }
account-subject-factor-changed = Your sign-in was changed – { $town }
account-subject-deleted = Your account is deleted – { $town }
account-subject-unused = We will soon delete your account – { $town }

account-headline-register = Please confirm your e-mail address
account-headline-sign-in = Your code for signing in
account-headline-change-email = Please confirm your new e-mail address
account-headline-invite = Your access to the appointment office
account-headline-already-registered = You already have an account
account-headline-email-changed = Your e-mail address was changed
account-headline-password-changed = Your password was changed
account-headline-factor-changed = Your sign-in was changed
account-headline-deleted = Your account is deleted
account-headline-unused = We will soon delete your account

account-greeting = Hello { $name },
account-greeting-nobody = Hello,

account-intro-register = Somebody wants to make an account for appointments with this e-mail address. Was it you? Then please open the link or enter the code. Only then will there be an account.
account-intro-sign-in = You want to sign in. Open the link or enter the code.
account-intro-change-email = Somebody wants to use this e-mail address for an account for appointments. Was it you? Then please open the link or enter the code. Until then the old address applies.
account-intro-invite = You are given access to the appointment office. Open the link or enter the code. Then you set up how you sign in.
account-intro-already-registered = Somebody wanted to make an account with this e-mail address. But you already have one. Nothing was changed. This is where you sign in:
account-intro-email-changed = Your account has another e-mail address now. Messages about your account no longer go to this address. All other devices were signed out.
account-intro-password-changed = The password of your account was set, changed or removed. All other devices were signed out.
account-intro-factor-changed = What you sign in to your account with was changed: an authenticator app or a passkey was added or removed.
account-intro-deleted = Your account and everything in it is deleted. Appointments that you have booked still apply. You change them with the link from the e-mail about the appointment.
account-intro-unused = You have not used your account for almost two years. In 30 days we will delete it. Do you want to keep it? Then sign in once before that:

account-link = Open this link:
account-link-register = Confirm e-mail address
account-link-sign-in = Sign in
account-link-change-email = Confirm new e-mail address
account-link-invite = Set up access
account-code = Your code:
account-page = You can enter it on this page:
account-valid = The link and the code can be used once, and only until { $when } (local time in Germany).
account-secret = Do not share the link or the code. None of us will ask you for them.

account-not-you-code = Was it not you? Then there is nothing you need to do. Without the code nothing happens, and we delete the details that were entered.
account-not-you-sign-in = Was it not you? Then there is nothing you need to do. Nobody gets into your account without the code.
account-not-you-invite = Did you not expect this? Then do not open the link, and ask us.
account-not-you-nothing = Was it not you? Then there is nothing you need to do.
account-not-you-changed = Was it not you? Then please contact us at once: { $phone } or { $email }.
account-not-you-unused = Do you no longer need the account? Then there is nothing you need to do. Your appointments stay.

account-contact = This message comes from:
account-call = You can also reach us by phone: { $phone }
account-notice = Our privacy notice:
account-automatic = This message was sent automatically.

account-subject-my-data = Your code for your data – { $town }
account-headline-my-data = Your code for your data
account-intro-my-data = You would like to see what we keep about you. Open the link or enter the code.
account-link-my-data = See my data
account-not-you-my-data = Was it not you? Then you need not do anything. Without the code nobody sees your data.

data-kind-access = access
data-kind-portability = taking your data along
data-kind-rectification = correction
data-kind-erasure = erasure
data-kind-restriction = restriction
data-kind-objection = objection
data-subject-erased = Your data are erased – { $town }
data-headline-erased = Your data are erased
data-intro-erased = we have erased what we kept about you. Appointments that were still to come are cancelled. We have asked the SMS service to erase messages to you as well. We have asked the office to delete mails about your appointments.
data-line-backups = Backups still hold encrypted remains. The key to them is destroyed. Nobody can read them.
data-subject-mails = Please delete mails: { $references } – { $town }
data-headline-mails = Please delete mails
data-intro-mails = somebody has asked to have their data erased (Art. 17 GDPR). Please delete all mails and notes about these appointments: { $references }. If one was still to come, it is cancelled and its time is free again.
data-subject-received = Your request { $reference } has arrived – { $town }
data-headline-received = Your request has arrived
data-intro-received = we have taken down your request: { $kind }. Its number is { $reference }. You will have an answer by { $due }.
data-subject-extended = Your request { $reference } takes longer – { $town }
data-headline-extended = Your request takes longer
data-intro-extended = we need more time for your request { $reference } ({ $kind }). You will have an answer by { $due }.
data-line-reason = The reason: { $reason }
data-subject-refused = Your request { $reference } – { $town }
data-headline-refused = We cannot do what you ask
data-intro-refused = we have looked at your request { $reference } ({ $kind }) and refuse it.
data-subject-answered = Your request { $reference } is done – { $town }
data-headline-answered = Your request is done
data-intro-answered = we have done what you asked in { $reference } ({ $kind }).
data-subject-lifting = The restriction of your data ends – { $town }
data-headline-lifting = The restriction of your data ends
data-intro-lifting = after your request { $reference } we do not use your data at present. From { $due } on we use them again, for example for your appointment. If you do not agree, please tell us before.
data-line-complaint = Do you disagree? You can complain to the supervisory authority: { $name }, { $place }, { $email }. You can also go to court.
data-subject-waiting = Requests about data are waiting: { $count } – { $town }
data-headline-waiting = Requests about data are waiting
data-intro-waiting = { $count } requests must be answered soon. The first is { $reference }; it is due on { $due }. You find them in the office's pages under “Requests about data”.
