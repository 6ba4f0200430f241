;; does: loops for ever as soon as it is started
;; asked: rank
;; ends: guest.out_of_fuel at upload

(func $begin (loop $again br $again))
(start $begin)
