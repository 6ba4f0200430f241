;; does: imports a component
;; asked: rank
;; ends: plugin.forbidden_import at upload

(component
    (import "another" (component))
    (instance $policy)
    (export "stellwerk:matching/policy@0.1.0" (instance $policy)))
