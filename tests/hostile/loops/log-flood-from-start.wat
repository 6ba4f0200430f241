;; does: writes a hundred thousand lines as soon as it is started, when there is no log yet
;; asked: rank
;; ends: guest.trap at upload

(func $begin
    (local $count i32)
    (loop $again
        (call $log (i32.const 0) (i32.const 0) (i32.const 9))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $count) (i32.const 100000)))))
(start $begin)
