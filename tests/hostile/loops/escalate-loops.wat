;; does: loops for ever in `escalate`
;; asked: escalate
;; ends: guest.out_of_fuel when asked

(func $escalate (type $asked)
    (loop $again br $again)
    unreachable)
