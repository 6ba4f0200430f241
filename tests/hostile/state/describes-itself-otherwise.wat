;; does: describes itself otherwise each time
;; asked: rank
;; ends: answered

(global $calls (mut i32) (i32.const 0))
(func $describe (type $described)
    (if (global.get $calls) (then unreachable))
    (global.set $calls (i32.const 1))
    global.get $manifest)
