# When very many requests come: the computer works for a moment, or one waits.
proof-title = One moment, please
proof-lead = Very many requests are coming from your connection. So we briefly check that no program makes them. Your browser computes for a few seconds. What you entered is kept.
proof-wait = Does it not work by itself? Wait { $seconds } seconds. Then choose “Continue”.
proof-wait-minutes = Does it not work by itself? Wait { $minutes } minutes. Then choose “Continue”.
proof-password = Your password, once more
proof-go-on = Continue
