;; does: answers, and loops for ever when the host lets go of the answer
;; asked: rank
;; ends: guest.out_of_fuel when asked

(func (export "cabi_post_stellwerk:matching/policy@0.1.0#rank") (param i32)
    (loop $again br $again))
