namespace ScenarioFunctions.Chaos.Acts;

/// <summary>Stands around every act of the service that is seen outside its memory: see <see cref="Act"/>.</summary>
internal interface IActObserver
{
    Task<T> AroundAsync<T>(string act, Func<Task<T>> run);
}
