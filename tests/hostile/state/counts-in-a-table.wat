;; does: counts its calls in a table, and stops at the second
;; asked: rank
;; ends: answered

(table $calls 1 funcref)
(elem declare func $rank)
(func $rank (type $asked)
    (if (i32.eqz (ref.is_null (table.get $calls (i32.const 0)))) (then unreachable))
    (table.set $calls (i32.const 0) (ref.func $rank))
    global.get $harmless)
