;; does: loops for ever in `assess`
;; asked: assess
;; ends: guest.out_of_fuel when asked

(func $assess (type $asked)
    (loop $again br $again)
    unreachable)
