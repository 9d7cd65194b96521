extension Scratch {
  /// Every object of the schema in the server's own words, without the bookkeeping of migrations.
  func fingerprint() async throws -> [String] {
    try await texts(
      """
      WITH mine AS (
        SELECT oid, relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relname !~ '^(goose_db_version|vetchium_migrations)'
      )
      SELECT format('%s %s', relkind, relname) FROM mine
      UNION ALL SELECT format('column %s.%s %s null=%s default=%s', relname, attname,
          format_type(atttypid, atttypmod), NOT attnotnull, pg_get_expr(adbin, adrelid))
        FROM mine JOIN pg_attribute ON attrelid = mine.oid AND attnum > 0 AND NOT attisdropped
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      UNION ALL SELECT pg_get_indexdef(oid) FROM mine WHERE relkind = 'i'
      UNION ALL SELECT format('%s %s', relname, pg_get_constraintdef(c.oid))
        FROM mine JOIN pg_constraint c ON conrelid = mine.oid
      UNION ALL SELECT pg_get_triggerdef(t.oid)
        FROM mine JOIN pg_trigger t ON tgrelid = mine.oid WHERE NOT tgisinternal
      UNION ALL SELECT pg_get_functiondef(p.oid) FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
      UNION ALL SELECT format('enum %s %s', typname, enumlabel)
        FROM pg_type JOIN pg_enum ON enumtypid = pg_type.oid
      UNION ALL SELECT format('extension %s', extname) FROM pg_extension
      ORDER BY 1
      """
    )
  }
}
