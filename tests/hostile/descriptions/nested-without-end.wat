;; does: describes itself by a hundred thousand lists within each other
;; asked: rank
;; ends: plugin.bad_manifest at upload

(data (i32.const 256) (i32 0x80000 100000))
(func $describe (type $described)
    (drop (memory.grow (i32.const 64)))
    (memory.fill (i32.const 0x80000) (i32.const 0x5b) (i32.const 100000))
    i32.const 256)
