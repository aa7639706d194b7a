namespace ScenarioFunctions.Tests.Local.CrashSafety;

/// <summary>The process is killed right after an act.</summary>
public sealed class KillAfterActTests : KillPointTests
{
    public static TheoryData<string> AllPoints => Points(isAfter: true);

    [Theory]
    [MemberData(nameof(AllPoints))]
    public Task A_process_killed_after_an_act_is_followed_by_one_that_comes_to_the_same_end(string point) =>
        A_killed_process_is_followed_by_one_that_comes_to_the_same_end(point);
}
