;; does: describes itself by nothing at all
;; asked: rank
;; ends: plugin.bad_manifest at upload

(func $describe (type $described) i32.const 256)
