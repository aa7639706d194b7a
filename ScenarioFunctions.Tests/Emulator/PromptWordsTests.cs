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
    [InlineData("a failing emulator", false, false, false)]
    [InlineData("emulator:fail", true, false, false)]
    [InlineData("EMULATOR:REJECT", false, true, false)]
    [InlineData("a boat,emulator:down.", false, false, true)]
    public void A_prompt_may_say_what_goes_wrong(string prompt, bool fail, bool reject, bool down) =>
        Assert.Equal(new PromptWords(fail, reject, down, null), PromptWords.In(prompt));
}
