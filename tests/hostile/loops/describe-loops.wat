;; does: loops for ever when it is asked what it is
;; asked: rank
;; ends: guest.out_of_fuel at upload

(func $describe (type $described)
    (loop $again br $again)
    unreachable)
