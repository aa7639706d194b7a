using ScenarioFunctions.Emulator;

namespace ScenarioFunctions.Tests.Emulator;

public sealed class PromptWordsTests
{
    [Theory]
    [InlineData("A boat", null)]
    [InlineData("A boat emulator:slow=3", 3.0)]
    [InlineData("Emulator:Slow=0.25, a boat", 0.25)]
    [InlineData("emulator:slow=999999999", 3600.0)]
    [InlineData("emulator:slow=", null)]
    [InlineData("emulator:slow=-3", null)]
    public void A_prompt_may_say_how_long_it_takes(string prompt, double? seconds) =>
        Assert.Equal(seconds, PromptWords.In(prompt).Latency?.TotalSeconds);

    [Theory]
    [InlineData("a failing emulator")]
    [InlineData("emulator:fail", true)]
    [InlineData("EMULATOR:REJECT", false, true)]
    [InlineData("a boat,emulator:down.", false, false, true)]
    [InlineData("emulator:empty", false, false, false, true)]
    [InlineData("emulator:capped", false, false, false, false, true)]
    public void A_prompt_may_say_what_goes_wrong(
        string prompt, bool fail = false, bool reject = false, bool down = false, bool empty = false, bool capped = false) =>
        Assert.Equal(new PromptWords(fail, reject, down, empty, capped, null), PromptWords.In(prompt));
}
