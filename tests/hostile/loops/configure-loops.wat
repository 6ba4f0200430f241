;; does: loops for ever when it is given its configuration
;; asked: rank
;; ends: guest.out_of_fuel at upload

(func $configure (type $configured)
    (loop $again br $again)
    unreachable)
