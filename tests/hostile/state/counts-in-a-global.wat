;; does: counts its calls in a global, and stops at the second
;; asked: rank
;; ends: answered

(global $calls (mut i32) (i32.const 0))
(func $rank (type $asked)
    (if (global.get $calls) (then unreachable))
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    global.get $harmless)
