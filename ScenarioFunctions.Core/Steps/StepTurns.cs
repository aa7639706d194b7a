namespace ScenarioFunctions.Core.Steps;

/// <summary>
/// Limits how many runs of the image step of this process do the same at once. The others wait, but no longer than a step may wait:
/// a step that a host ends by force takes the whole worker with it, and with that the orders of other scenes.
/// </summary>
internal class StepTurns(int atOnce) : IDisposable
{
    private readonly SemaphoreSlim turns = new(atOnce);

    /// <param name="run">Its time does not run out while it waits.</param>
    /// <param name="act">Done when its turn has come. It checks for a cancel itself.</param>
    /// <param name="unanswered">How long RunwayML has been unavailable for the order; null when it is not.</param>
    /// <exception cref="SceneEndedException">The task was cancelled.</exception>
    /// <exception cref="StillWaitingException">The step's budget is over.</exception>
    public async Task<T> RunAsync<T>(SceneImageRun run, Func<Task<T>> act, TimeSpan? unanswered = null)
    {
        await WaitAsync(run, unanswered);
        try
        {
            return await act();
        }
        finally
        {
            turns.Release();
        }
    }

    public void Dispose()
    {
        turns.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task WaitAsync(SceneImageRun run, TimeSpan? unanswered)
    {
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(run.Stopping);
        var turn = turns.WaitAsync(givenUp.Token);
        if (turn.IsCompletedSuccessfully)
        {
            return;
        }

        run.BeginQueueing();
        try
        {
            while (!turn.IsCompleted)
            {
                await run.DelayAsync(ImageTurn.LookInterval, unless: turn);
                if (!turn.IsCompleted)
                {
                    await run.ThrowIfCancelledAsync();
                    if (run.IsStepOver)
                    {
                        throw new StillWaitingException(SceneImageNext.Wait, unanswered);
                    }
                }
            }

            await turn;
        }
        catch
        {
            await givenUp.CancelAsync();
            await turn.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (turn.IsCompletedSuccessfully)
            {
                turns.Release(); // it came at the same moment
            }

            throw;
        }
        finally
        {
            run.EndQueueing();
        }
    }
}
