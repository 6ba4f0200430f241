;; does: works as long as the address is high at which the host has put the question, as a map by addresses would
;; asked: rank
;; ends: answered

(func $rank (type $asked) (local $left i32)
    (local.set $left (i32.and (local.get 0) (i32.const 0xffff)))
    (loop $again
        (if (local.get $left) (then
            (local.set $left (i32.sub (local.get $left) (i32.const 1)))
            (br $again))))
    global.get $harmless)
