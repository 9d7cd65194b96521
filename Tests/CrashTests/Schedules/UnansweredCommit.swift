import PostgresClient

/// COMMITs that take effect and are never answered, made by PostgreSQL itself: the transaction asks for a standby that
/// does not exist, so its COMMIT is durable and then waits; a backend that is ended in that wait has committed and says
/// nothing.
enum UnansweredCommit {
  /// With it only transactions wait that ask for it: the servers of tests have `synchronous_commit` off.
  static let serverSetting = "synchronous_standby_names=nobody"

  /// Every table's writes look whether the connection's process is to be left unanswered, once.
  static let preparation = """
    CREATE SCHEMA crash_tests;
    CREATE TABLE crash_tests.unanswered (application_name TEXT PRIMARY KEY);
    CREATE FUNCTION crash_tests.leave_unanswered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      DELETE FROM crash_tests.unanswered WHERE application_name = current_setting('application_name');
      IF FOUND THEN PERFORM set_config('synchronous_commit', 'on', TRUE); END IF;
      RETURN NULL;
    END $$;
    DO $$
    DECLARE name TEXT;
    BEGIN
      FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format(
          'CREATE TRIGGER leave_unanswered AFTER INSERT OR UPDATE OR DELETE ON public.%I EXECUTE FUNCTION crash_tests.leave_unanswered()',
          name
        );
      END LOOP;
    END $$
    """
}

extension ScheduleWorld {
  /// Leaves a process's next writing COMMIT in a database unanswered.
  func leaveUnanswered(_ process: String, in database: PostgresPool) async throws {
    try await rows(
      database,
      "INSERT INTO crash_tests.unanswered VALUES ($1) ON CONFLICT DO NOTHING",
      process
    )
  }

  /// Ends the connections of a process that have committed and wait for a standby.
  func endUnanswered(_ process: String) async throws {
    try await rows(
      global,
      """
      SELECT pg_terminate_backend(pid, 5000)::text FROM pg_stat_activity
      WHERE application_name = $1 AND wait_event = 'SyncRep'
      """,
      process
    )
  }
}
