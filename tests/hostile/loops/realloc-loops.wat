;; does: loops for ever when the host asks it for room
;; asked: rank
;; ends: guest.out_of_fuel at upload

(func $realloc (type $allocated)
    (loop $again br $again)
    unreachable)
